#include "provider/openai/openai_error.hpp"

#include <imagegen/core/utf8.hpp>
#include <imagegen/http/retry_after.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <optional>
#include <span>

#include "provider/json_mender.hpp"

namespace imagegen {
namespace {

constexpr std::size_t kMaxProviderText = 4096;  // bytes
constexpr std::size_t kMaxPlace = 300;          // bytes of a redirect's target
constexpr std::size_t kMaxWord = 96;            // bytes; request ids seen have 36

struct Meaning {
  std::string_view word;
  Errc code;
};

// Words of OpenAI and Azure, and of the gateways that are put before them (LiteLLM, One API, OpenRouter). In small
// letters, as they are compared.
constexpr Meaning kCodes[] = {
    {"moderation_blocked", Errc::content_refused},
    {"content_policy_violation", Errc::content_refused},
    {"billing_hard_limit_reached", Errc::quota_exceeded},
    {"insufficient_quota", Errc::quota_exceeded},
    {"billing_not_active", Errc::quota_exceeded},
    {"content_filter", Errc::content_refused},
    {"content_filtered", Errc::content_refused},
    {"contentfilter", Errc::content_refused},
    {"content_policy_violation_error", Errc::content_refused},
    {"contentpolicyviolationerror", Errc::content_refused},
    {"responsibleaipolicyviolation", Errc::content_refused},
    {"sensitive_words_detected", Errc::content_refused},
    {"budget_exceeded", Errc::quota_exceeded},
    {"quota_exceeded", Errc::quota_exceeded},
    {"insufficient_user_quota", Errc::quota_exceeded},
    {"insufficient_balance", Errc::quota_exceeded},
    {"insufficient_credits", Errc::quota_exceeded},
    {"insufficient_funds", Errc::quota_exceeded},
    {"pre_consume_token_quota_failed", Errc::quota_exceeded},
    {"credit_balance_too_low", Errc::quota_exceeded},
    {"exceeded_current_quota_error", Errc::quota_exceeded},
    {"payment_required", Errc::quota_exceeded},
    {"billing_error", Errc::quota_exceeded},
    {"rate_limit_exceeded", Errc::rate_limited},
    {"invalid_api_key", Errc::permission_denied},
    {"model_not_found", Errc::not_found},
    {"unknown_parameter", Errc::invalid_argument},
    {"invalid_value", Errc::invalid_argument},
    {"server_error", Errc::unavailable},
};
constexpr Meaning kTypes[] = {
    {"authentication_error", Errc::permission_denied},
    {"permission_error", Errc::permission_denied},
    {"server_error", Errc::unavailable},
};

std::optional<Errc> find(std::span<const Meaning> table, std::string_view word) {
  const auto* const end = table.data() + table.size();
  const auto* const found = std::find_if(table.data(), end, [&](const Meaning& entry) { return entry.word == word; });
  return found == end ? std::nullopt : std::optional(found->code);
}

// What a message says where no code does. Each is long enough not to come about by chance.
constexpr Meaning kPhrases[] = {
    {"safety system", Errc::content_refused},
    {"contentpolicyviolation", Errc::content_refused},
    {"content_policy_violation", Errc::content_refused},
    {"content policy violation", Errc::content_refused},
    {"content management policy", Errc::content_refused},
    {"responsibleaipolicyviolation", Errc::content_refused},
    {"moderation_blocked", Errc::content_refused},
    {"budget has been exceeded", Errc::quota_exceeded},
    {"budgetexceeded", Errc::quota_exceeded},
    {"exceeded your current quota", Errc::quota_exceeded},
    {"insufficient_quota", Errc::quota_exceeded},
    {"insufficient quota", Errc::quota_exceeded},
    {"insufficient balance", Errc::quota_exceeded},
    {"insufficient credit", Errc::quota_exceeded},
    {"insufficient funds", Errc::quota_exceeded},
    {"credit balance is too low", Errc::quota_exceeded},
    {"billing hard limit", Errc::quota_exceeded},
};

std::string in_small_letters(std::string_view text) {
  std::string out(text.substr(0, kMaxProviderText));
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// Some gateways put the status there, as a text.
bool is_number(std::string_view code) {
  return code.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<Errc> find_phrase(std::string_view message) {
  for (const auto& [phrase, code] : kPhrases) {
    if (message.find(phrase) != std::string_view::npos) return code;
  }
  return std::nullopt;
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
  const auto code = in_small_letters(body.code);
  for (const auto& word : {code, in_small_letters(body.inner_code)}) {
    if (const auto known = find(kCodes, word)) return *known;
  }
  const auto type = in_small_letters(body.type);
  if (const auto known = find(kTypes, type)) return *known;
  if (const auto known = find(kCodes, type)) return *known;
  // The one place where a message decides: older answers refuse a prompt without a code, and gateways wrap refusals.
  const bool may_refuse = status == 400 || status == 402 || status == 403 || status == 422 || status == 429;
  if (is_number(code) && may_refuse) {
    if (const auto known = find_phrase(in_small_letters(body.message))) return *known;
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

std::string safe_word(std::string_view text, const Secret& key) {
  if (text.size() > 4 * kMaxWord) return {};
  auto word = redact(std::string(text), key);
  return is_word(word) ? word : std::string();
}

OpenAiErrorBody parse_openai_error(std::string_view body) {
  OpenAiErrorBody out;
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  boost::system::error_code failed;
  const auto json = boost::json::parse(mended_json(body), failed);
  const auto* const root = failed ? nullptr : json.if_object();
  const auto* error = root != nullptr ? object_at(*root, "error") : nullptr;
  if (error == nullptr) {
    out.message = body;
    if (root == nullptr) return out;
    // The same words without the object around them.
    out.code = text_at(*root, "code");
    out.type = text_at(*root, "type");
    return out;
  }
  out.code = text_at(*error, "code");
  out.type = text_at(*error, "type");
  out.param = text_at(*error, "param");
  out.message = text_at(*error, "message");
  if (const auto* const inner = object_at(*error, "innererror")) out.inner_code = text_at(*inner, "code");
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
