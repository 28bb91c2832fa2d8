#pragma once
#include <chrono>
#include <cstdint>
#include <exception>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

/// \file What can go wrong, in one type that travels through every module.
namespace imagegen {

/// What kind of failure this is. The numbers never change: the C API hands them out as they are.
enum class Errc : std::int32_t {
  internal = 1,            ///< A defect of this library.
  invalid_argument = 2,    ///< The caller's input is wrong; the message names the field.
  not_found = 3,           ///< The named object, model or file does not exist.
  already_exists = 4,      ///< A conditional write found the key taken.
  permission_denied = 5,   ///< Missing, wrong or insufficient credentials.
  unsupported = 6,         ///< Well-formed, but this build, model or format cannot do it.
  limit_exceeded = 7,      ///< A documented limit (bytes, pixels, sides, counts) would be passed.
  corrupt_data = 8,        ///< Bytes that are not what they claim to be.
  cancelled = 9,           ///< The caller asked for it.
  deadline_exceeded = 10,  ///< The time given ran out.
  unavailable = 11,        ///< The network or the server failed; another time it may work.
  rate_limited = 12,       ///< The server asked to slow down.
  quota_exceeded = 13,     ///< The account has no credit left; an operator must act.
  content_refused = 14,    ///< The provider's moderation refused prompt or result.
  bad_answer = 15,         ///< The server answered with something outside its contract.
  budget_exceeded = 16,    ///< The estimate does not fit the budget that was given.
  storage_failed = 17,     ///< A store could not read or write.
  conflict = 18,           ///< Well-formed, but not in the state that the thing is in.
  lease_lost = 19,         ///< Another worker has taken the job over.
  outcome_unknown = 20,    ///< Something may have been bought; it will not be bought again without being told to.
};

/// Stable upper-case name, such as "RATE_LIMITED"; what results and records carry.
std::string_view to_string(Errc code) noexcept;

/// Reads the names of to_string().
std::optional<Errc> parse_errc(std::string_view name) noexcept;

/// Whether the same call may be made again.
enum class Retry : std::uint8_t {
  never,      ///< The same call will fail the same way, or could be paid for twice.
  later,      ///< Safe to repeat after `retry_after`, or after a back-off.
  exhausted,  ///< Was worth repeating, and has been, as often as the policy allows.
};

/// How far a request that may cost money had come when it failed.
enum class Delivery : std::uint8_t {
  not_sent,  ///< It certainly did not reach the server; nothing can be owed.
  unknown,   ///< It may have reached the server; something may be owed.
  answered,  ///< The server answered it.
};

/// Whether a call that failed is billed all the same.
enum class Billing : std::uint8_t {
  by_delivery,  ///< Nobody has said; billing_of() reads it off `delivery` and `code`.
  no,           ///< Certainly not: refused before any work, or the provider's contract says that this outcome is free.
  maybe,        ///< Work may have been done, or has been. Every failure after a 2xx is at least this.
  yes,          ///< The provider's contract says that this outcome is billed.
};

/// A failure, ready to be shown and logged.
///
/// `message` is ours: it says what was expected and what came, and holds neither secrets nor users' text. What it
/// quotes of others cannot rule a terminal: see core/shown_text.hpp.
/// `provider_text` is theirs: it may quote users, so it is never logged.
/// `where_to_look` is for the operator: the URL of a picture that is paid for and could not be fetched. It may hold a
/// signature, so it is kept in the audit and never logged.
class Error {
 public:
  Error() = default;
  /// \param text Made the message by shown_lines().
  Error(Errc error_code, std::string_view text);

  Errc code = Errc::internal;  ///< What kind it is, for programs.
  std::string message;         ///< Ours, for people and logs.
  std::string provider_text;   ///< Theirs, never to be logged; empty where nobody else said a thing.
  Retry retry = Retry::never;  ///< Whether the same call may be made again.
  std::optional<std::chrono::milliseconds> retry_after;  ///< At least so long from now; absent where nobody said.
  Delivery delivery = Delivery::not_sent;                ///< How far a request that may cost money had come.
  Billing billing = Billing::by_delivery;  ///< What somebody said of its bill; billing_of() tells what it comes to.
  std::string where_to_look;               ///< For the operator, never to be logged; mostly empty.

  friend bool operator==(const Error&, const Error&) = default;
};

/// Writes "RATE_LIMITED: message"; never `provider_text` or `where_to_look`.
std::ostream& operator<<(std::ostream& out, const Error& error);

/// What a failed call that may cost money leaves owed; never Billing::by_delivery. Where `billing` does not say it: `no`
/// for what was not sent, and for an answer whose code is one of those that refuse before any work (invalid_argument,
/// permission_denied, unsupported, rate_limited, quota_exceeded, budget_exceeded); `maybe` for everything else.
Billing billing_of(const Error& error) noexcept;

/// Puts `prefix`, as shown() makes it, and ": " before the message, to say where it happened.
Error in_context(Error error, std::string_view prefix);

/// What `Result::value()` throws when there is no value.
class ErrorException : public std::exception {
 public:
  explicit ErrorException(Error error) : error_(std::move(error)) {}
  const char* what() const noexcept override { return error_.message.c_str(); }
  /// What went wrong, whole; it lives as long as the exception.
  const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

}  // namespace imagegen
