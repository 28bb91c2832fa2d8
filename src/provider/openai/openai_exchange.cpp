#include "provider/openai/openai_exchange.hpp"

#include <algorithm>

#include "provider/sniff_image.hpp"

namespace imagegen {
namespace {

// A download is free and what it gets is paid for, so it is worth repeating.
constexpr int kMaxFetches = 5;
constexpr std::chrono::milliseconds kFetchPause{500};  // doubles: 7.5 s in all, for a CDN that does not have it yet
constexpr std::chrono::milliseconds kLongestFetchPause{10'000};

bool is_json(std::string_view content_type) {
  return content_type.empty() || content_type.find("json") != std::string_view::npos;
}

// The start of a header value, when it is fit for a message.
std::string media_type(std::string_view value) {
  const auto type = value.substr(0, value.find(';'));
  const bool fit = type.size() <= 64 && std::ranges::all_of(type, [](char c) { return c > ' ' && c < '\x7F'; });
  return fit ? std::string(type) : "another";
}

// The body could not be read; the headers may say why.
std::string with_reason(std::string message, const HttpHeaders& headers) {
  if (headers.has("Content-Encoding")) return message + "; it came with a Content-Encoding, and none was asked for";
  const auto type = headers.get("Content-Type");
  return is_json(type) ? message : message + "; its Content-Type is " + media_type(type);
}

Error nothing_yet() {
  Error error(Errc::corrupt_data, "expected a PNG, JPEG or WebP file, got empty");
  error.retry = Retry::later;
  return error;
}

std::size_t max_answer_bytes(std::size_t images, std::size_t image_bytes) {
  // Base64 is a third longer, and line ends or escaped slashes may make it half as long again.
  return images * image_bytes * 2 + (4U << 20U);
}

}  // namespace

OpenAiExchange::OpenAiExchange(const OpenAiSettings& settings, const ImageRequest& request, const CallContext& context,
                               std::chrono::system_clock::time_point now)
    : settings_(settings),
      body_(openai_body(settings, request)),
      room_(context.room),
      wanted_(static_cast<std::size_t>(request.count)),
      now_(now),
      reader_({wanted_, settings.options.max_image_bytes}) {}

Step OpenAiExchange::start() {
  auto request = openai_request(settings_, "POST", "/images/generations");
  request.headers.add("Content-Type", "application/json");
  request.body = to_bytes(body_);
  request.sink = &reader_;
  if (room_.ask) request.gate = &room_;
  request.max_response_bytes = max_answer_bytes(wanted_, settings_.options.max_image_bytes);
  request.fresh_connection = true;
  asked_ = request.url;
  return Send{std::move(request)};
}

Step OpenAiExchange::on_response(const HttpResponse& response) {
  const auto& key = settings_.options.api_key;
  if (response.status < 200 || response.status >= 300) {
    return fail(openai_error(response, asked_, key, now_));
  }
  is_paid_ = true;
  request_id_ = openai_request_id(response.headers, key);
  auto answer = reader_.finish();
  if (answer) {
    answer_ = std::move(*answer);
    return next();
  }
  auto error = std::move(answer).error();
  error.message = with_reason(std::move(error.message), response.headers);
  if (const auto body = reader_.error_body()) {
    auto told = openai_error(response.status, response.headers, *body, key, now_);
    told.message += ": " + error.message;
    return fail(with_told(std::move(told)));
  }
  error.message = "openai: " + error.message + request_suffix(response.headers, key);
  error.delivery = Delivery::answered;
  return fail(with_told(std::move(error)));
}

// An answer without a picture: what it says of the work is all that is left of what may be paid for.
Error OpenAiExchange::with_told(Error error) const {
  const auto told = reader_.told();
  const auto& key = settings_.options.api_key;
  std::string about;
  const auto add = [&](std::string_view label, std::string_view value) {
    if (const auto word = safe_word(value, key); !word.empty())
      about.append(about.empty() ? "" : ", ").append(label).append(word);
  };
  add("task ", told.task);
  add("status ", told.status);
  if (!about.empty()) error.message += "; it speaks of " + about;
  if (error.where_to_look.empty()) error.where_to_look = told.place;
  if (error.provider_text.empty()) error.provider_text = told.error.empty() ? told.text : told.error;
  return error;
}

Step OpenAiExchange::next() {
  for (; at_ < answer_.images.size(); ++at_, fetches_ = 0) {
    const auto& image = answer_.images[at_];
    if (!image.file.empty() || image.url.empty()) continue;
    has_url_ = true;
    return Fetch{image.url, settings_.options.max_image_bytes};
  }
  return finish();
}

Step OpenAiExchange::on_fetched(Result<Bytes> file) {
  if (file && file->empty()) file = nothing_yet();
  if (!file && file.error().retry == Retry::later && ++fetches_ < kMaxFetches) {
    const auto asked = file.error().retry_after.value_or(std::chrono::milliseconds(0));
    return Wait{std::min(std::max(kFetchPause * (1 << (fetches_ - 1)), asked), kLongestFetchPause)};
  }
  auto& image = answer_.images[at_];
  image.url.clear();
  if (auto fine = file ? check_is_image(*file) : Result<void>(file.error()); fine) {
    image.file = std::move(*file);
  } else {
    image.fault = in_context(fine.error(), "url");
  }
  return next();
}

Step OpenAiExchange::on_error(Error error) {
  if (has_image()) return finish();
  error.message = "openai: " + error.message;
  return fail(std::move(error));
}

bool OpenAiExchange::has_image() const {
  return std::ranges::any_of(answer_.images, [](const OpenAiImage& image) { return !image.file.empty(); });
}

Done OpenAiExchange::finish() {
  if (!has_image()) {
    auto error = in_context(answer_.images.front().fault.value(), "openai: data[0]");
    error.retry = Retry::never;
    if (const auto body = reader_.error_body(); body && !has_url_) {
      auto told = openai_error(200, {}, *body, settings_.options.api_key, now_);
      error.code = told.code == Errc::bad_answer ? error.code : told.code;
      error.provider_text = std::move(told.provider_text);
    }
    return fail(has_url_ ? std::move(error) : with_told(std::move(error)));
  }
  GeneratedImages result;
  for (auto& image : answer_.images) {
    if (image.file.empty()) continue;
    result.images.push_back(
        {std::move(image.file), redact(std::move(image.revised_prompt), settings_.secrets)});
  }
  result.usage = answer_.usage;
  result.request_id = redact(request_id_, settings_.secrets);
  return {Submission(std::move(result))};
}

// The last thing that touches an error: whatever quoted a secret on the way, it does not leave.
Done OpenAiExchange::fail(Error error) const {
  if (is_paid_) error.billing = std::max(error.billing, Billing::maybe);
  if (billing_of(error) != Billing::no) error.message += kMayBeCharged;
  error.message = redact(std::move(error.message), settings_.secrets);
  error.provider_text = redact(std::move(error.provider_text), settings_.secrets);
  error.provider_text = as_provider_text(std::move(error.provider_text), settings_.options.api_key);
  return {std::move(error)};
}

}  // namespace imagegen
