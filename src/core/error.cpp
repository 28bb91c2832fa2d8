#include <imagegen/core/error.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/core/shown_text.hpp>

#include <ostream>

namespace imagegen {

Error::Error(Errc error_code, std::string_view text) : code(error_code), message(shown_lines(text)) {}

std::string_view to_string(Errc code) noexcept {
  switch (code) {
    case Errc::internal:
      return "INTERNAL";
    case Errc::invalid_argument:
      return "INVALID_ARGUMENT";
    case Errc::not_found:
      return "NOT_FOUND";
    case Errc::already_exists:
      return "ALREADY_EXISTS";
    case Errc::permission_denied:
      return "PERMISSION_DENIED";
    case Errc::unsupported:
      return "UNSUPPORTED";
    case Errc::limit_exceeded:
      return "LIMIT_EXCEEDED";
    case Errc::corrupt_data:
      return "CORRUPT_DATA";
    case Errc::cancelled:
      return "CANCELLED";
    case Errc::deadline_exceeded:
      return "DEADLINE_EXCEEDED";
    case Errc::unavailable:
      return "UNAVAILABLE";
    case Errc::rate_limited:
      return "RATE_LIMITED";
    case Errc::quota_exceeded:
      return "QUOTA_EXCEEDED";
    case Errc::content_refused:
      return "CONTENT_REFUSED";
    case Errc::bad_answer:
      return "BAD_ANSWER";
    case Errc::budget_exceeded:
      return "BUDGET_EXCEEDED";
    case Errc::storage_failed:
      return "STORAGE_FAILED";
    case Errc::conflict:
      return "CONFLICT";
    case Errc::lease_lost:
      return "LEASE_LOST";
    case Errc::outcome_unknown:
      return "OUTCOME_UNKNOWN";
  }
  return "INTERNAL";
}

std::optional<Errc> parse_errc(std::string_view name) noexcept {
  for (int number = 1; number <= static_cast<int>(Errc::outcome_unknown); ++number) {
    const auto code = static_cast<Errc>(number);
    if (to_string(code) == name) return code;
  }
  return std::nullopt;
}

std::ostream& operator<<(std::ostream& out, const Error& error) {
  return out << to_string(error.code) << ": " << error.message;
}

Billing billing_of(const Error& error) noexcept {
  if (error.billing != Billing::by_delivery) return error.billing;
  if (error.delivery == Delivery::not_sent) return Billing::no;
  const bool answered = error.delivery == Delivery::answered;
  switch (error.code) {
    case Errc::invalid_argument:
    case Errc::permission_denied:
    case Errc::unsupported:
    case Errc::rate_limited:
    case Errc::quota_exceeded:
    case Errc::budget_exceeded:
      return answered ? Billing::no : Billing::maybe;
    default:
      return Billing::maybe;
  }
}

Error in_context(Error error, std::string_view prefix) {
  error.message = shown(prefix) + ": " + error.message;
  return error;
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw ErrorException(error);
}

}  // namespace imagegen
