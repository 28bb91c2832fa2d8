#include "provider/openai/openai_answer_handler.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "provider/common/foreign_text.hpp"

namespace imagegen::detail {
namespace {

constexpr std::size_t kMaxKey = 32;  // bytes of a key that are kept; every known one is shorter

constexpr std::array<std::string_view, 6> kTaskKeys = {"task_id", "taskId",        "job_id",
                                                       "jobId",   "prediction_id", "generation_id"};
constexpr std::array<std::string_view, 4> kPlaceKeys = {"polling_url", "status_url", "result_url", "response_url"};
constexpr std::array<std::string_view, 7> kMessageKeys = {"message",        "msg",         "detail",       "reason",
                                                          "failure_reason", "fail_reason", "error_message"};

template <std::size_t Size>
bool is_among(std::string_view word, const std::array<std::string_view, Size>& words) {
  return std::ranges::find(words, word) != words.end();
}
bool tells_partial(std::string_view word) {
  return word.find("partial") != std::string_view::npos;
}

void check_entry(FoundImage& image) {
  if (image.revised_prompt.size() > kMaxForeignText) image.revised_prompt.clear();
  if (image.is_empty()) image.fault = Error{Errc::bad_answer, "expected b64_json or url, got neither"};
}

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
      return new_entry();
    case Place::image:
      return key_ == "error" ? place_of_error() : Place::ignored;
    case Place::root:
      if (key_ == "usage") return Place::usage;
      if (key_ == "error") return place_of_error();
      if (key_ != "data") return Place::ignored;
      has_data = true;  // one entry that is not in a list
      return new_entry();
    case Place::usage:
      if (key_ == "input_tokens_details") return Place::input_details;
      return key_ == "output_tokens_details" ? Place::output_details : Place::ignored;
    case Place::error:
      return key_ == "moderation_details" || key_ == "innererror" ? Place::error_details : Place::ignored;
    default:
      return Place::ignored;
  }
}

OpenAiAnswerHandler::Place OpenAiAnswerHandler::new_entry() {
  if (has_all()) return Place::ignored;
  images.emplace_back();
  return Place::image;
}

OpenAiAnswerHandler::Place OpenAiAnswerHandler::place_of_error() {
  if (error) return Place::ignored;  // the first one counts
  error.emplace();
  return Place::error;
}

bool OpenAiAnswerHandler::on_object_begin(error_code&) {
  enter(place_of_object());
  return true;
}

bool OpenAiAnswerHandler::on_object_end(std::size_t, error_code&) {
  if (place() == Place::image) check_entry(images.back());
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

void OpenAiAnswerHandler::begin_text() {
  in_text_ = true;
  if (at_picture())
    picture_.emplace(limits_.image_bytes, key_ == "url" ? PictureText::Expected::url : PictureText::Expected::file);
  target_ = picture_ ? nullptr : text_target();
  if (target_ != nullptr && !target_->empty()) target_ = nullptr;  // it is there already: the first one counts
}

void OpenAiAnswerHandler::take_text(std::string_view part) {
  if (!in_text_) begin_text();
  if (picture_) return picture_->feed(part);
  if (target_ != nullptr) append_bounded(*target_, part);
}

void OpenAiAnswerHandler::end_text() {
  in_text_ = false;
  if (!picture_) return;
  std::move(*picture_).finish(image(), key_);
  picture_.reset();
}

std::string* OpenAiAnswerHandler::text_target() {
  if (in_entry() && key_ == "revised_prompt") return &image().revised_prompt;
  if (in_entry()) return told_target();
  return place() == Place::error || place() == Place::error_details ? error_target() : nullptr;
}

std::string* OpenAiAnswerHandler::told_target() {
  if (key_ == "error") return &told.error;
  if (key_ == "code") return &told.code;
  if (key_ == "type" && place() == Place::root) return &document_type_;
  if (key_ == "status" || key_ == "state") return &told.status;
  if (key_ == "id" || key_ == "request_id") return &id_;
  if (is_among(key_, kTaskKeys)) return &told.task;
  if (is_among(key_, kPlaceKeys)) return &told.place;
  return is_among(key_, kMessageKeys) ? &told.message : nullptr;
}

std::string* OpenAiAnswerHandler::error_target() {
  if (place() == Place::error_details) {
    if (key_ == "code") return &error->inner_code;
    return key_ == "moderation_stage" ? &error->stage : nullptr;
  }
  if (key_ == "code") return &error->code;
  if (key_ == "type") return &error->type;
  if (key_ == "param") return &error->param;
  return key_ == "message" ? &error->message : nullptr;
}

void OpenAiAnswerHandler::begin_document(std::string_view event) {
  depth_ = 0;
  key_.clear(), key_ended_ = true;
  in_text_ = false, picture_.reset();
  document_type_.clear();
  is_partial_ = tells_partial(event);
}

void OpenAiAnswerHandler::end_document() {
  std::ranges::for_each(images, check_entry);  // it may be broken off inside of one
  if (in_text_ && target_ != nullptr) target_->clear();
  in_text_ = false, picture_.reset();
  depth_ = 0;
  if (told.type.empty()) told.type = document_type_;
  if (told.task.empty()) told.task = id_;
  auto lone = std::exchange(lone_, {});
  const bool is_there = !lone.file.empty() || lone.fault || (!lone.url.empty() && !has_data);
  if (!is_there || is_partial_ || tells_partial(document_type_) || has_all()) return;
  has_data = true;
  check_entry(lone);
  images.push_back(std::move(lone));
}

bool OpenAiAnswerHandler::has_image() const {
  return std::ranges::any_of(images,
                             [](const FoundImage& image) { return !image.file.empty() || !image.url.empty(); });
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
  if (place() == Place::root && key_ == "partial_image_index") is_partial_ = true;
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
