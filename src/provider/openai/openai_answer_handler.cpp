#include "provider/openai/openai_answer_handler.hpp"

#include <algorithm>
#include <utility>

namespace imagegen::detail {
namespace {

constexpr std::size_t kMaxText = 64U << 10U;  // bytes of a URL, a revised prompt or an error text
constexpr std::size_t kMaxUrl = 8192;         // bytes, as parse_url() takes them
constexpr std::size_t kMaxKey = 32;           // bytes of a key that are kept; every known one is shorter

bool refuse(boost::json::error_code& failed) {
  failed = boost::json::error::syntax;
  return false;
}

}  // namespace

OpenAiAnswerHandler::Place OpenAiAnswerHandler::place_of_object() {
  switch (place()) {
    case Place::outside:
      return Place::root;
    case Place::data:
      if (images.size() >= limits_.images) return Place::ignored;
      images.emplace_back();
      return Place::image;
    case Place::root:
      if (key_ == "usage") return Place::usage;
      if (key_ != "error") return Place::ignored;
      error.emplace();
      return Place::error;
    case Place::usage:
      if (key_ == "input_tokens_details") return Place::input_details;
      return key_ == "output_tokens_details" ? Place::output_details : Place::ignored;
    case Place::error:
      return key_ == "moderation_details" ? Place::error_details : Place::ignored;
    default:
      return Place::ignored;
  }
}

bool OpenAiAnswerHandler::on_object_begin(error_code&) {
  enter(place_of_object());
  return true;
}

bool OpenAiAnswerHandler::on_object_end(std::size_t, error_code&) {
  if (place() == Place::image) {
    auto& image = images.back();
    if (image.url.size() > kMaxUrl) {
      image.fault =
          Error{Errc::limit_exceeded, "url: expected at most " + std::to_string(kMaxUrl) + " bytes, got more"};
      image.fault->where_to_look = std::exchange(image.url, {});
    }
    if (image.revised_prompt.size() > kMaxText) image.revised_prompt.clear();
    if (image.file.empty() && image.url.empty() && !image.fault) {
      image.fault = Error{Errc::bad_answer, "expected b64_json or url, got neither"};
    }
  }
  --depth_;
  return true;
}

bool OpenAiAnswerHandler::on_array_begin(error_code& failed) {
  if (place() == Place::outside) return refuse(failed);
  const bool is_data = place() == Place::root && key_ == "data";
  has_data = has_data || is_data;
  enter(is_data ? Place::data : Place::ignored);
  return true;
}

bool OpenAiAnswerHandler::on_array_end(std::size_t, error_code&) {
  --depth_;
  return true;
}

bool OpenAiAnswerHandler::on_key_part(std::string_view part, std::size_t, error_code&) {
  if (key_ended_) key_.clear();
  key_ended_ = false;
  key_.append(part.substr(0, kMaxKey - std::min(key_.size(), kMaxKey)));
  return true;
}

bool OpenAiAnswerHandler::on_key(std::string_view part, std::size_t size, error_code& failed) {
  on_key_part(part, size, failed);
  key_ended_ = true;
  return true;
}

bool OpenAiAnswerHandler::on_string_part(std::string_view part, std::size_t, error_code& failed) {
  if (place() == Place::outside) return refuse(failed);
  take_text(part);
  return true;
}

bool OpenAiAnswerHandler::on_string(std::string_view part, std::size_t, error_code& failed) {
  if (place() == Place::outside) return refuse(failed);
  take_text(part);
  end_text();
  return true;
}

void OpenAiAnswerHandler::take_text(std::string_view part) {
  if (at_file()) {
    if (!file_) file_.emplace(limits_.image_bytes);
    file_->feed(part);
  } else if (auto* const target = text_target()) {
    // One byte beyond the limit is kept, to know that it was passed.
    target->append(part.substr(0, kMaxText + 1 - std::min(target->size(), kMaxText + 1)));
  }
}

void OpenAiAnswerHandler::end_text() {
  if (!file_) return;
  auto file = std::move(*file_).finish();
  file_.reset();
  auto& image = images.back();
  if (!image.file.empty()) return;  // the field is there twice: the first one counts
  if (file) {
    image.file = std::move(*file);
  } else {
    image.fault = in_context(std::move(file).error(), "b64_json");
  }
}

std::string* OpenAiAnswerHandler::text_target() {
  if (place() == Place::image) {
    if (key_ == "url") return &images.back().url;
    return key_ == "revised_prompt" ? &images.back().revised_prompt : nullptr;
  }
  if (place() == Place::error_details) return key_ == "moderation_stage" ? &error->stage : nullptr;
  if (place() != Place::error) return nullptr;
  if (key_ == "code") return &error->code;
  if (key_ == "type") return &error->type;
  if (key_ == "param") return &error->param;
  return key_ == "message" ? &error->message : nullptr;
}

std::int64_t* OpenAiAnswerHandler::count_target() {
  if (place() == Place::usage) {
    if (key_ == "input_tokens") return &usage.input.total;
    return key_ == "output_tokens" ? &usage.output.total : nullptr;
  }
  if (place() != Place::input_details && place() != Place::output_details) return nullptr;
  auto& side = place() == Place::input_details ? usage.input : usage.output;
  if (key_ == "text_tokens") return &side.text;
  return key_ == "image_tokens" ? &side.image : nullptr;
}

bool OpenAiAnswerHandler::on_int64(std::int64_t value, std::string_view, error_code& failed) {
  constexpr std::int64_t kMaxTokens = 1'000'000'000'000;
  auto* const count = count_target();
  if (count != nullptr && value >= 0 && value <= kMaxTokens) *count = value;
  return on_scalar(failed);
}

bool OpenAiAnswerHandler::on_uint64(std::uint64_t, std::string_view, error_code& failed) {
  return on_scalar(failed);
}

bool OpenAiAnswerHandler::on_scalar(error_code& failed) {
  return place() != Place::outside || refuse(failed);
}

}  // namespace imagegen::detail
