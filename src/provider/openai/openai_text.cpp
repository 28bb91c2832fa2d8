#include <imagegen/maker/core/backoff.hpp>
#include <imagegen/maker/core/shield.hpp>
#include <imagegen/provider/openai_text.hpp>

#include <utility>

#include "provider/openai/openai_chat.hpp"
#include "provider/openai/openai_error.hpp"
#include "provider/openai/openai_request.hpp"

namespace imagegen {
namespace {

using std::chrono::milliseconds;

constexpr int kMaxAttempts = 2;
constexpr milliseconds kPause{200}, kLongestPause{1'000};
// A repetition that is given less than this has no hope, and is paid for all the same.
constexpr milliseconds kLeastTime{300};

Error invalid_text_option(std::string_view field, std::string_view expected) {
  return {Errc::invalid_argument, std::string(field) + ": expected " + std::string(expected)};
}

Result<void> check_numbers(const OpenAiTextOptions& options) {
  if (options.temperature && !(*options.temperature >= 0 && *options.temperature <= 2))
    return invalid_text_option("temperature", "0 to 2");
  if (options.max_tokens < 1 || options.max_tokens > 100'000) return invalid_text_option("max_tokens", "1 to 100000");
  if (options.max_answer_bytes < 1024 || options.max_answer_bytes > 16U << 20U)
    return invalid_text_option("max_answer_bytes", "1024 to 16777216");
  return {};
}

Result<void> check_options(const OpenAiTextOptions& options) {
  if (!is_visible_ascii(options.api_key.reveal(), 4096)) return invalid_text_option("api_key", "visible ASCII without blanks");
  if (!is_visible_ascii(options.model, 128)) return invalid_text_option("model", "visible ASCII, at most 128 bytes");
  if (!is_visible_ascii(options.organization, 256)) return invalid_text_option("organization", "visible ASCII without blanks");
  if (!is_visible_ascii(options.project, 256)) return invalid_text_option("project", "visible ASCII without blanks");
  if (!options.key_header.empty() && !is_key_header(options.key_header))
    return invalid_text_option("key_header", "the name of a header such as api-key");
  if (!is_visible_ascii(options.api_version, 64)) return invalid_text_option("api_version", "visible ASCII");
  if (!is_visible_ascii(options.reasoning_effort, 32)) return invalid_text_option("reasoning_effort", "one word");
  return check_numbers(options);
}

// Whether another try may do better. Unlike a picture, a text may be asked for again after a 500.
bool is_passing(const Error& error, const HttpResponse* response) {
  if (error.retry == Retry::later) return true;
  return response != nullptr && response->status >= 500 && response->headers.get("x-should-retry") != "false";
}

class OpenAiText final : public TextProvider {
 public:
  OpenAiText(OpenAiTextOptions options, Url base, HttpClient& http, Clock& clock)
      : options_(std::move(options)),
        base_(std::move(base)),
        foreign_(secrets_of({base_, options_.api_key, options_.organization, options_.project})),
        http_(http),
        clock_(clock) {}

  Task<Result<TextAnswer>> write(TextRequest request, Deadline deadline) override {
    // A cancelled wait ends with a Result; an exception from the next co_await would lose what is known.
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    const std::string body = openai_chat_body(options_, request);
    for (int attempt = 1;; ++attempt) {
      bool again = false;
      auto answer = co_await ask(body, deadline, again);
      if (answer || !again || attempt == kMaxAttempts) co_return answer;
      const auto pause = backoff_.delay(attempt, answer.error().retry_after);
      const auto waited = co_await sleep_for(clock_, pause, Deadline{deadline.at - kLeastTime});
      if (!waited) co_return answer;
    }
  }

 private:
  Task<Result<TextAnswer>> ask(const std::string& body, Deadline deadline, bool& again) {
    auto request = make_request(body);
    const Url asked = request.url;
    const auto response = co_await http_.send(std::move(request), deadline);
    auto answer = response ? answer_of(*response, asked) : Result<TextAnswer>(in_context(response.error(), "openai"));
    if (answer) co_return answer;
    Error error = answer.error();
    again = is_passing(error, response ? &*response : nullptr);
    co_return foreign_.cleaned(std::move(error));
  }

  HttpRequest make_request(const std::string& body) const {
    const OpenAiAccount account{base_, options_.api_key, options_.organization, options_.project, options_.key_header};
    auto request = openai_request(account, "POST", "/chat/completions");
    request.headers.add("Content-Type", "application/json");
    request.body = to_bytes(body);
    request.max_response_bytes = options_.max_answer_bytes;
    request.fresh_connection = true;
    return request;
  }

  Result<TextAnswer> answer_of(const HttpResponse& response, const Url& asked) const {
    if (response.status < 200 || response.status >= 300) return openai_error(response, asked, foreign_, clock_.wall_now());
    auto text = read_openai_chat(as_text(response.body));
    if (text)
      return TextAnswer{foreign_.redacted(std::move(*text)), request_id(kOpenAiFailures, response.headers, foreign_)};
    // Gateways are known to send {"error": {...}} with a 200.
    if (const auto body = parse_openai_error(as_text(response.body)); !(body.code + body.type).empty())
      return failure_of(kOpenAiFailures, response.status, response.headers, body, foreign_, clock_.wall_now());
    Error error = in_context(text.error(), "openai");
    error.message += request_suffix(kOpenAiFailures, response.headers, foreign_);
    error.delivery = Delivery::answered;
    return error;
  }

  OpenAiTextOptions options_;
  Url base_;
  ForeignText foreign_;
  HttpClient& http_;
  Clock& clock_;
  Backoff backoff_{kPause, kLongestPause, 0};
};

}  // namespace

Result<std::unique_ptr<TextProvider>> make_openai_text_provider(OpenAiTextOptions options, HttpClient& http,
                                                                Clock& clock) {
  if (const auto checked = check_options(options); !checked) return checked.error();
  auto base = parse_url(options.base_url);
  if (!base) return in_context(base.error(), "base_url");
  auto asked = with_api_version(std::move(*base), options.api_version);
  return std::unique_ptr<TextProvider>(std::make_unique<OpenAiText>(std::move(options), std::move(asked), http, clock));
}

}  // namespace imagegen
