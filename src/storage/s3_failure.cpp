#include "storage/s3_failure.hpp"

#include <imagegen/maker/http/retry_after.hpp>

#include "storage/s3_answers.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace imagegen::detail {
namespace {

struct Meaning {
  Errc code;
  Retry retry;
  std::string_view advice;  ///< What to do about it; may be empty.
};

struct KnownCode {
  std::string_view name;
  Meaning meaning;
};

// Words that say more than the status does. Source: Amazon S3 API Reference, "Error responses".
constexpr std::array kKnownCodes = {
    KnownCode{"NoSuchBucket", {Errc::not_found, Retry::never, "the bucket does not exist"}},
    KnownCode{"InvalidAccessKeyId", {Errc::permission_denied, Retry::never, "the server does not know access_key_id"}},
    KnownCode{"XAdminUserNotFound", {Errc::permission_denied, Retry::never, "the server does not know access_key_id"}},
    KnownCode{"SignatureDoesNotMatch",
              {Errc::permission_denied, Retry::never, "secret_access_key is wrong, or a proxy changed the request"}},
    KnownCode{"ExpiredToken", {Errc::permission_denied, Retry::never, "session_token has expired"}},
    KnownCode{"TokenRefreshRequired", {Errc::permission_denied, Retry::never, "session_token has expired"}},
    KnownCode{"InvalidToken", {Errc::permission_denied, Retry::never, "session_token is not valid"}},
    KnownCode{"AuthorizationHeaderMalformed",
              {Errc::invalid_argument, Retry::never, "region is probably not the bucket's"}},
    KnownCode{"KeyTooLongError", {Errc::limit_exceeded, Retry::never, "prefix and key are too long together"}},
    KnownCode{"EntityTooLarge", {Errc::limit_exceeded, Retry::never, "the object is too large for one request"}},
    KnownCode{"NotImplemented", {Errc::unsupported, Retry::never, "the server lacks something this call needs"}},
    // AWS; MinIO, by what was too much; gateways.
    KnownCode{"SlowDown", {Errc::rate_limited, Retry::later, "the server asks for fewer requests"}},
    KnownCode{"SlowDownRead", {Errc::rate_limited, Retry::later, "the server asks for fewer requests"}},
    KnownCode{"SlowDownWrite", {Errc::rate_limited, Retry::later, "the server asks for fewer requests"}},
    KnownCode{"RequestLimitExceeded", {Errc::rate_limited, Retry::later, "the server asks for fewer requests"}},
    KnownCode{"TooManyRequests", {Errc::rate_limited, Retry::later, "the server asks for fewer requests"}},
    // MinIO, Ceph and versitygw, which say it with 507, 400 and 403.
    KnownCode{"XMinioStorageFull", {Errc::storage_failed, Retry::later, "the server has no room left"}},
    KnownCode{"XMinioAdminBucketQuotaExceeded", {Errc::storage_failed, Retry::later, "the bucket's quota is used up"}},
    KnownCode{"QuotaExceeded", {Errc::storage_failed, Retry::later, "the bucket's or the user's quota is used up"}},
    KnownCode{"ConditionalRequestConflict", {Errc::unavailable, Retry::later, "another write of the key is under way"}},
    KnownCode{"OperationAborted", {Errc::unavailable, Retry::later, "another write of the key is under way"}},
    KnownCode{"RequestTimeout", {Errc::unavailable, Retry::later, "the server waited too long for the body"}},
    KnownCode{"XAmzContentSHA256Mismatch", {Errc::unavailable, Retry::later, "the body changed on its way"}},
    KnownCode{"BadDigest", {Errc::unavailable, Retry::later, "the body changed on its way"}},
};

Meaning meaning_of_status(int status) {
  switch (status) {
    case 301:
    case 307:
    case 308:
      return {Errc::invalid_argument, Retry::never, "the bucket is elsewhere: set its region and endpoint"};
    case 401:
    case 403:
      return {Errc::permission_denied, Retry::never, ""};
    case 404:
      return {Errc::not_found, Retry::never, ""};
    case 408:
      return {Errc::unavailable, Retry::later, ""};
    case 412:
      return {Errc::already_exists, Retry::never, "the key is taken"};
    case 413:
      return {Errc::limit_exceeded, Retry::never, "the object is too large for the server, or for a proxy before it"};
    case 429:
      return {Errc::rate_limited, Retry::later, ""};
    case 501:
      return {Errc::unsupported, Retry::never, "the server lacks something this call needs"};
    case 507:
      return {Errc::storage_failed, Retry::later, "the server has no room left"};
    default:
      break;
  }
  if (status >= 500) return {Errc::unavailable, Retry::later, ""};
  return {Errc::storage_failed, Retry::never, ""};
}

Meaning meaning_of(int status, std::string_view code) {
  for (const auto& [name, meaning] : kKnownCodes) {
    if (name == code) return meaning;
  }
  return meaning_of_status(status);
}

// A header that is quoted in a message: only what a date or a region is made of, so that nothing else gets in.
std::string quotable(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ' ' || c == ',' ||
           c == ':' || c == '-';
  };
  if (text.empty() || text.size() > 40 || !std::all_of(text.begin(), text.end(), allowed)) return "unknown";
  return std::string(text);
}

// S3 refuses requests whose date is more than 15 minutes off.
std::string clock_advice(const HttpResponse& response, std::chrono::system_clock::time_point now) {
  return "this machine's clock is wrong: it says " + sigv4_date_time(now) + ", the server's says " +
         quotable(response.headers.get("date"));
}

// HEAD answers have no body, so a refusal comes without its reason.
std::string silent_refusal_advice(const HttpResponse& response, std::chrono::system_clock::time_point now) {
  return "no reason was given; look at the credentials, at the permission to read (S3 refuses for a missing object "
         "too when the key may not list the bucket), and at the clock: this machine's says " +
         sigv4_date_time(now) + ", the server's " + quotable(response.headers.get("date"));
}

bool is_conditional(const S3Call& call) {
  return std::any_of(call.headers.begin(), call.headers.end(),
                     [](const HttpHeader& header) { return header.name == "if-none-match"; });
}

std::string advice_for(const S3Call& call, const HttpResponse& response, std::string_view code, const Meaning& meaning,
                       std::chrono::system_clock::time_point now) {
  if (code == "RequestTimeTooSkewed") return clock_advice(response, now);
  if (response.status == 403 && call.method == "HEAD") return silent_refusal_advice(response, now);
  if (meaning.code == Errc::unsupported && is_conditional(call))
    return "the server does not know If-None-Match on PUT, so two runs could overwrite each other's pictures";
  std::string advice(meaning.advice);
  if (const auto region = response.headers.get("x-amz-bucket-region");
      meaning.code == Errc::invalid_argument && !region.empty()) {
    advice += " (it is in " + quotable(region) + ")";
  }
  return advice;
}

// To a HEAD of a bucket that is elsewhere S3 answers 400 and nothing but the region. A region in the answer says
// nothing by itself: every answer may carry it.
bool is_elsewhere(const HttpResponse& response, std::string_view code) {
  return response.status == 400 && code.empty() && !response.headers.get("x-amz-bucket-region").empty();
}

}  // namespace

std::optional<S3Failure> failure_of_answer(const S3Call& call, const HttpResponse& response, const S3Endpoint& endpoint,
                                           std::chrono::system_clock::time_point now) {
  if (response.status >= 200 && response.status < 300) return std::nullopt;
  auto body = parse_s3_error(as_text(response.body));
  const auto meaning =
      is_elsewhere(response, body.code) ? meaning_of_status(301) : meaning_of(response.status, body.code);
  const auto advice = advice_for(call, response, body.code, meaning, now);

  S3Failure failure;
  failure.status = response.status;
  failure.code = body.code;
  const auto reason = std::to_string(response.status) + (body.code.empty() ? "" : " " + body.code);
  // Redacted, because the advice may quote headers, and a server can put anything into those.
  const auto message = "S3 " + call.what + ": " + (advice.empty() ? "failed" : advice) + " (" + reason + ")";
  failure.error = Error(meaning.code, endpoint.redacted(message));
  failure.error.provider_text = endpoint.redacted(std::move(body.message));
  failure.error.retry = meaning.retry;
  failure.error.retry_after = retry_after(response.headers, now);
  failure.may_have_arrived = response.status >= 500;
  return failure;
}

S3Failure failure_of_network(const S3Call& call, Error error) {
  const bool passing =
      error.code == Errc::unavailable || error.code == Errc::deadline_exceeded || error.code == Errc::bad_answer;
  S3Failure failure;
  failure.may_have_arrived = error.delivery != Delivery::not_sent;
  failure.error = in_context(std::move(error), "S3 " + call.what);
  failure.error.delivery = Delivery::not_sent;  // it says what may be owed: nothing, to a store
  failure.error.retry = passing ? Retry::later : Retry::never;
  return failure;
}

std::chrono::milliseconds full_jitter(int attempt, double random) {
  const double longest_ms = std::min(100.0 * std::exp2(attempt - 1), 10'000.0);
  return std::chrono::milliseconds(static_cast<std::int64_t>(longest_ms * random));
}

}  // namespace imagegen::detail
