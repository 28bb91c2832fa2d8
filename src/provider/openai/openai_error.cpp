#include "provider/openai/openai_error.hpp"

#include <imagegen/core/utf8.hpp>
#include <imagegen/http/retry_after.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <optional>
#include <span>

namespace imagegen {
namespace {

constexpr std::size_t kMaxProviderText = 4096;  // bytes
constexpr std::size_t kMaxPlace = 300;          // bytes of a redirect's target
constexpr std::size_t kMaxWord = 96;            // bytes; request ids seen have 36

struct Meaning {
  std::string_view word;
  Errc code;
};

constexpr Meaning kCodes[] = {
    {"moderation_blocked", Errc::content_refused},
    {"content_policy_violation", Errc::content_refused},
    {"billing_hard_limit_reached", Errc::quota_exceeded},
    {"insufficient_quota", Errc::quota_exceeded},
    {"billing_not_active", Errc::quota_exceeded},
    {"rate_limit_exceeded", Errc::rate_limited},
    {"invalid_api_key", Errc::permission_denied},
    {"model_not_found", Errc::not_found},
    {"unknown_parameter", Errc::invalid_argument},
    {"invalid_value", Errc::invalid_argument},
    {"server_error", Errc::unavailable},
};
constexpr Meaning kTypes[] = {
    {"insufficient_quota", Errc::quota_exceeded},
    {"authentication_error", Errc::permission_denied},
    {"permission_error", Errc::permission_denied},
    {"server_error", Errc::unavailable},
};

std::optional<Errc> find(std::span<const Meaning> table, std::string_view word) {
  const auto* const end = table.data() + table.size();
  const auto* const found = std::find_if(table.data(), end, [&](const Meaning& entry) { return entry.word == word; });
  return found == end ? std::nullopt : std::optional(found->code);
}

Errc by_status(int status) {
  switch (status) {
    case 400:
    case 422:
      return Errc::invalid_argument;
    case 401:
    case 403:
      return Errc::permission_denied;
    case 402:
      return Errc::quota_exceeded;
    case 404:
      return Errc::not_found;
    case 408:
    case 409:
      return Errc::unavailable;
    case 413:
      return Errc::limit_exceeded;
    case 429:
      return Errc::rate_limited;
    default:
      return status >= 500 ? Errc::unavailable : Errc::bad_answer;
  }
}

Errc classify(int status, const OpenAiErrorBody& body) {
  if (const auto code = find(kCodes, body.code)) return *code;
  if (const auto code = find(kTypes, body.type)) return *code;
  // The one place where a message decides: older answers refuse a prompt without a code.
  if (body.code.empty() && status == 400 && body.message.find("safety system") != std::string::npos) {
    return Errc::content_refused;
  }
  return by_status(status);
}

// billed_on_failure: what frees a slot is this short list of answers that cannot have done work. The contract page says
// of no refusal by moderation that it is free, and of no other answer.
constexpr int kFreeOutcomes[] = {301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 409, 413, 415, 422, 429};
constexpr Billing kRefusalByModeration = Billing::maybe;
constexpr Billing kOverloadedWithRetryAfter = Billing::no;  // 503: design.md, Spend 6
constexpr Billing kAnyOtherOutcome = Billing::maybe;

Billing billed_on_failure(int status, Errc code, bool has_retry_after) {
  if (status >= 200 && status < 300) return kAnyOtherOutcome;
  if (code == Errc::content_refused) return kRefusalByModeration;
  if (std::ranges::find(kFreeOutcomes, status) != std::end(kFreeOutcomes)) return Billing::no;
  return status == 503 && has_retry_after ? kOverloadedWithRetryAfter : kAnyOtherOutcome;
}

bool is_settled(Errc code) {
  return code == Errc::quota_exceeded || code == Errc::content_refused;
}

// A header's word alone repeats nothing that may be billed: the same request again is paid for again.
Retry retry_of(int status, Errc code, Billing billing, const HttpHeaders& headers) {
  if (is_settled(code) || status < 400 || billing != Billing::no) return Retry::never;
  const auto asked = headers.get("x-should-retry");
  if (asked == "false") return Retry::never;
  return asked == "true" || status == 429 || status == 503 ? Retry::later : Retry::never;
}

bool is_word(std::string_view text) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:[]*";
  return !text.empty() && text.size() <= kMaxWord && text.find_first_not_of(kAllowed) == std::string_view::npos;
}

// A word of the provider's that is fit for our message; else nothing.
std::string safe_word(std::string_view text, const Secret& key) {
  if (text.size() > 4 * kMaxWord) return {};
  auto word = redact(std::string(text), key);
  return is_word(word) ? word : std::string();
}

std::string describe(int status, const HttpHeaders& headers, const OpenAiErrorBody& body, const Secret& key) {
  std::string text = "openai: HTTP " + std::to_string(status);
  auto add = [&](std::string_view label, std::string_view value) {
    if (const auto word = safe_word(value, key); !word.empty()) text.append(label).append(word);
  };
  add(" ", body.code.empty() ? body.type : body.code);
  add(", param ", body.param);
  add(", stage ", body.stage);
  return text + request_suffix(headers, key);
}

// Host and path of the target; its query may hold a signature.
std::string describe_redirect(const HttpHeaders& headers, const Url& asked, const Secret& key) {
  const auto location = headers.get("Location");
  const auto target = resolve_url(asked, encode_url(location));
  if (!target || location.empty()) return ": redirected, but not to an http(s) URL";
  auto place = redact(target->authority() + target->target.substr(0, target->target.find('?')), key);
  if (place.size() > kMaxPlace) place = place.substr(0, kMaxPlace) + "...";
  return ": redirected to " + place + ", and nothing was sent there; give the base URL that answers by itself";
}

std::string text_at(const boost::json::object& object, std::string_view field) {
  const auto* const value = object.if_contains(field);
  const auto* const text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string(*text) : std::string();
}

const boost::json::object* object_at(const boost::json::object& object, std::string_view field) {
  const auto* const value = object.if_contains(field);
  return value != nullptr ? value->if_object() : nullptr;
}

}  // namespace

OpenAiErrorBody parse_openai_error(std::string_view body) {
  OpenAiErrorBody out;
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  boost::system::error_code failed;
  const auto json = boost::json::parse(body, failed);
  const auto* const root = failed ? nullptr : json.if_object();
  const auto* const error = root != nullptr ? object_at(*root, "error") : nullptr;
  if (error == nullptr) {
    out.message = body;
    return out;
  }
  out.code = text_at(*error, "code");
  out.type = text_at(*error, "type");
  out.param = text_at(*error, "param");
  out.message = text_at(*error, "message");
  if (const auto* const details = object_at(*error, "moderation_details")) {
    out.stage = text_at(*details, "moderation_stage");
  }
  return out;
}

Error openai_error(int status, const HttpHeaders& headers, const OpenAiErrorBody& body, const Secret& key,
                   std::chrono::system_clock::time_point now) {
  Error error(classify(status, body), describe(status, headers, body, key));
  error.provider_text = as_provider_text(body.message, key);
  note_retry_after(error, headers, now);
  error.billing = billed_on_failure(status, error.code, error.retry_after.has_value());
  error.retry = retry_of(status, error.code, error.billing, headers);
  error.delivery = Delivery::answered;
  return error;
}

Error openai_error(const HttpResponse& response, const Url& asked, const Secret& key,
                   std::chrono::system_clock::time_point now) {
  auto error = openai_error(response.status, response.headers, parse_openai_error(as_text(response.body)), key, now);
  if (is_redirect(response.status)) error.message += describe_redirect(response.headers, asked, key);
  return error;
}

std::string openai_request_id(const HttpHeaders& headers, const Secret& key) {
  return safe_word(headers.get("x-request-id"), key);
}

std::string request_suffix(const HttpHeaders& headers, const Secret& key) {
  const auto id = openai_request_id(headers, key);
  return id.empty() ? "" : " (request " + id + ")";
}

std::string as_provider_text(std::string text, const Secret& key) {
  text = redact(std::move(text), key);
  text.resize(cut_utf8(text, kMaxProviderText).size());
  if (!is_valid_utf8(text)) {
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) >= 0x80U; }, '?');
  }
  return text;
}

}  // namespace imagegen
