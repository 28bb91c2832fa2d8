#include "provider/openai/openai_exchange.hpp"

#include <algorithm>

#include "provider/openai/openai_error.hpp"

namespace imagegen {
namespace {

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
      reader_({wanted_, settings.options.max_image_bytes}),
      results_(settings.options.max_image_bytes) {}

Step OpenAiExchange::start() {
  auto request = openai_request(settings_, "POST", "/images/generations");
  request.headers.add("Content-Type", "application/json");
  request.body = to_bytes(body_);
  request.sink = &reader_;
  room_.hold(request);
  request.max_response_bytes = max_answer_bytes(wanted_, settings_.options.max_image_bytes);
  request.fresh_connection = true;
  asked_ = request.url;
  return Send{std::move(request)};
}

Step OpenAiExchange::on_response(const HttpResponse& response) {
  const auto& foreign = settings_.foreign;
  if (response.status < 200 || response.status >= 300) return fail(openai_error(response, asked_, foreign, now_));
  is_paid_ = true;
  request_id_ = request_id(kOpenAiFailures, response.headers, foreign);
  auto answer = reader_.finish();
  if (answer) {
    usage_ = answer->usage;
    results_.begin(std::move(answer->images));
    return after(results_.next());
  }
  auto error = std::move(answer).error();
  error.message = unreadable(std::move(error.message), response.headers);
  if (const auto body = reader_.error_body()) {
    auto told = failure_of(kOpenAiFailures, response.status, response.headers, *body, foreign, now_);
    told.message += ": " + error.message;
    return fail(with_told(std::move(told)));
  }
  error.message = "openai: " + error.message + request_suffix(kOpenAiFailures, response.headers, foreign);
  error.delivery = Delivery::answered;
  return fail(with_told(std::move(error)));
}

// An answer without a picture: what it says of the work is all that is left of what may be paid for.
Error OpenAiExchange::with_told(Error error) const {
  const auto told = reader_.told();
  std::string about;
  const auto add = [&](std::string_view label, std::string_view value) {
    if (const auto word = settings_.foreign.word(value); !word.empty())
      about.append(about.empty() ? "" : ", ").append(label).append(word);
  };
  add("task ", told.task);
  add("status ", told.status);
  if (!about.empty()) error.message += "; it speaks of " + about;
  if (error.where_to_look.empty()) error.where_to_look = told.place;
  if (error.provider_text.empty()) error.provider_text = told.error.empty() ? told.text : told.error;
  return error;
}

Step OpenAiExchange::after(std::optional<Step> fetching) {
  return fetching ? std::move(*fetching) : Step(finish());
}

Step OpenAiExchange::on_fetched(Result<Bytes> file) {
  return after(results_.on_fetched(std::move(file)));
}

Step OpenAiExchange::on_error(Error error) {
  if (results_.has_image()) return finish();
  error.message = "openai: " + error.message;
  return fail(std::move(error));
}

Error OpenAiExchange::without_picture() const {
  auto error = in_context(results_.fault().value(), "openai: data[0]");
  error.retry = Retry::never;
  if (results_.has_url()) return error;
  if (const auto body = reader_.error_body()) {
    auto told = failure_of(kOpenAiFailures, 200, {}, *body, settings_.foreign, now_);
    error.code = told.code == Errc::bad_answer ? error.code : told.code;
    error.provider_text = std::move(told.provider_text);
  }
  return with_told(std::move(error));
}

Done OpenAiExchange::finish() {
  if (!results_.has_image()) return fail(without_picture());
  GeneratedImages result;
  for (auto& image : std::move(results_).take())
    result.images.push_back({std::move(image.file), settings_.foreign.redacted(std::move(image.revised_prompt))});
  result.usage = usage_;
  result.request_id = request_id_;
  return {Submission(std::move(result))};
}

Done OpenAiExchange::fail(Error error) const {
  return {ended(std::move(error), is_paid_, settings_.foreign)};
}

}  // namespace imagegen
