#pragma once
#include <imagegen/http/http_message.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "provider/common/foreign_text.hpp"

/// \file What an answer without a picture means. What services do alike stands here once; what one does otherwise is a
/// FailureTable, of its contract page.
namespace imagegen {

struct Meaning {
  std::string_view word;  ///< In small letters.
  Errc code;
};

struct FailureTable {
  std::string_view provider;  ///< Before the messages.
  std::span<const Meaning> codes = {}, types = {};
  /// What a message says where no code does. Each must be long enough not to come about by chance.
  std::span<const Meaning> phrases = {};
  /// `billed_on_failure`: statuses that this service sends for nothing but work that was not done.
  std::span<const int> free_statuses = {};
  Billing refusal_by_moderation = Billing::maybe;
  Billing overloaded_with_retry_after = Billing::no;  ///< 503: design.md, Spend 6.
  std::string_view request_id_header = "x-request-id";
};

/// Refusals that cannot have done work wherever HTTP means what it says: FailureTable::free_statuses of most services.
inline constexpr int kFreeStatuses[] = {301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 409, 413, 415, 422, 429};

/// An error object as it came: nothing of it is trusted.
struct ForeignError {
  std::string code = {}, type = {}, param = {}, message = {};
  std::string inner_code = {};  ///< Of an error within.
  std::string stage = {};       ///< Of moderation: "input" or "output".
  std::optional<std::chrono::milliseconds> retry_after = {};  ///< Where the service says it in the body.
};

/// What a status alone says. Errc::bad_answer for one that is no failure.
Errc errc_of_status(int status);

/// What an error object means: by its code, then by its type, then by the status; by known phrases of its message
/// where the code is none or a number.
///
/// `billing` is `no` for the short list of answers that cannot have done work, else `maybe`. `retry` is `later` only
/// where it is `no` and another time may work: 429, 503 with Retry-After, and any other with x-should-retry: true.
/// Delivery is `answered`.
/// \param now What a Retry-After date is compared with.
Error failure_of(const FailureTable& table, int status, const HttpHeaders& headers, const ForeignError& told,
                 const ForeignText& foreign, std::chrono::system_clock::time_point now);

/// The same for a task that has failed, of which there is no status: by its code, its type and known phrases of its
/// message, else Errc::bad_answer. What is owed for it is for the caller to say.
Error failure_of_task(const FailureTable& table, const ForeignError& told, const ForeignText& foreign);

/// For a redirect that was not followed: where it leads, without the query.
std::string describe_redirect(const HttpHeaders& headers, const Url& asked, const ForeignText& foreign);

/// The service's own id of a request, when it is a short word without a secret in it; else empty.
std::string request_id(const FailureTable& table, const HttpHeaders& headers, const ForeignText& foreign);

/// Puts what a maintainer needs for support behind a message: " (request req_1)".
std::string request_suffix(const FailureTable& table, const HttpHeaders& headers, const ForeignText& foreign);

/// Why a body of a 2xx could not be read, with what its headers tell.
std::string unreadable(std::string message, const HttpHeaders& headers);

/// Behind the message of every failure that may stand for work that is billed all the same.
inline constexpr std::string_view kMayBeCharged = "; the call may have been charged";

/// The end of an error of a conversation: says what may have been charged, and holds no secret.
/// \param is_paid Something was answered 2xx: whatever fails after that is billed, or may be.
Error ended(Error error, bool is_paid, const ForeignText& foreign);

}  // namespace imagegen
