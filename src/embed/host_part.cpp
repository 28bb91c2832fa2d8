#include "embed/host_part.hpp"

namespace imagegen {

HostQuestion HostPartLink::question(std::string_view method, boost::json::object arguments) const {
  return {part, method, std::move(arguments)};
}

Task<Result<HostAnswer>> HostPartLink::ask(std::string_view method, boost::json::object arguments, Deadline deadline,
                                           std::vector<SharedBytes> bytes) const {
  auto asked = question(method, std::move(arguments));
  asked.bytes = std::move(bytes);
  return calls->ask(route, std::move(asked), deadline);
}

}  // namespace imagegen
