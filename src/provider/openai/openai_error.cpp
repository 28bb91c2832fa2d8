#include "provider/openai/openai_error.hpp"

#include <boost/json/value.hpp>

#include "provider/common/json_mender.hpp"

namespace imagegen {
namespace {

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

// The contract page says of no refusal by moderation that it is free.
const FailureTable kOpenAiFailures{.provider = "openai",
                                   .codes = kCodes,
                                   .types = kTypes,
                                   .phrases = kPhrases,
                                   .free_statuses = kFreeStatuses};

ForeignError parse_openai_error(std::string_view body) {
  ForeignError out;
  const auto json = parse_mended_json(body);
  const auto* const root = json ? json->if_object() : nullptr;
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

Error openai_error(const HttpResponse& response, const Url& asked, const ForeignText& foreign,
                   std::chrono::system_clock::time_point now) {
  const auto told = parse_openai_error(as_text(response.body));
  auto error = failure_of(kOpenAiFailures, response.status, response.headers, told, foreign, now);
  if (is_redirect(response.status)) error.message += describe_redirect(response.headers, asked, foreign);
  return error;
}

}  // namespace imagegen
