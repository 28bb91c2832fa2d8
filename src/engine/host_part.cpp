#include "engine/host_part.hpp"

namespace imagegen {
namespace {

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
  const bool was_answered = cost == HostPartCost::answered && error.delivery == Delivery::answered;
  if (cost != HostPartCost::any && !was_answered) error.delivery = Delivery::not_sent;
  return error;
}

}  // namespace imagegen
