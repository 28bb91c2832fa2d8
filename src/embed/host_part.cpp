#include "embed/host_part.hpp"

#include <imagegen/core/utf8.hpp>

#include <algorithm>
#include <cmath>

namespace imagegen {
namespace {

// What a host's exception has in a field of that name may be anything.
std::string text_of(const boost::json::object& document, std::string_view name) {
  constexpr std::size_t kLongestText = 4096;  // bytes
  const auto* value = document.if_contains(name);
  if (!value || !value->is_string()) return {};
  return std::string(cut_utf8(value->get_string(), kLongestText));
}

Delivery parse_delivery(std::string_view word) {
  if (word == "not_sent") return Delivery::not_sent;
  return word == "answered" ? Delivery::answered : Delivery::unknown;
}

// Has the link in its own hands, because it may go on when nobody waits any more.
Task<Result<HostAnswer>> ask_part(HostPartLink link, HostQuestion question, Deadline deadline) {
  auto answer = co_await link.calls->ask(link.route, std::move(question), deadline);
  if (!answer) co_return link.failure(answer.error());
  co_return answer;
}

}  // namespace

HostQuestion HostPartLink::question(std::string_view method, boost::json::object arguments) const {
  return {part, method, std::move(arguments)};
}

Task<Result<HostAnswer>> HostPartLink::ask(std::string_view method, boost::json::object arguments, Deadline deadline,
                                           std::vector<SharedBytes> bytes) const {
  auto asked = question(method, std::move(arguments));
  asked.bytes = std::move(bytes);
  return ask_part(*this, std::move(asked), deadline);
}

Result<HostAnswer> HostPartLink::ask_and_wait(std::string_view method, boost::json::object arguments,
                                              std::stop_token stop) const {
  auto answer = calls->ask_and_wait(route, question(method, std::move(arguments)), std::move(stop));
  if (!answer) return failure(answer.error());
  return answer;
}

Error HostPartLink::failure(Error error) const {
  const bool may_know = part == "provider" || (part == "enhancer" && error.delivery == Delivery::answered);
  if (!may_know) error.delivery = Delivery::not_sent;
  return error;
}

Error parse_host_failure(const boost::json::object& document) {
  Error error;
  error.code = parse_errc(text_of(document, "code")).value_or(Errc::internal);
  error.message = text_of(document, "message");
  if (error.message.empty()) error.message = "it failed, and did not say why";
  error.provider_text = text_of(document, "providerText");
  error.delivery = parse_delivery(text_of(document, "delivery"));
  const auto* retryable = document.if_contains("retryable");
  if (retryable && retryable->is_bool() && retryable->get_bool()) error.retry = Retry::later;
  const auto* after = document.if_contains("retryAfterMs");
  if (after && after->is_number()) {
    constexpr double kLongestMs = 24.0 * 3600 * 1000;
    const double wanted = after->to_number<double>();  // Boost.JSON reads 0e2300 as no number
    if (std::isfinite(wanted))
      error.retry_after = std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(wanted, 0.0, kLongestMs)));
  }
  return error;
}

}  // namespace imagegen
