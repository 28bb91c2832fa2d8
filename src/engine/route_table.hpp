#pragma once
#include <imagegen/config/route_profile.hpp>
#include <imagegen/config/runtime_config.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/http_request.hpp"

namespace imagegen {

// What is at a path.
struct RoutePlace {
  const RouteProfile* profile = nullptr;  // of the longest prefix that it is below; null: of none
  std::vector<MatchedRoute> routes;       // of any method; of two of one method the first one is meant
};

// Which calls mean which operations. Where a segment could be an id or is what a route says, it is what the route says.
// Never changes once made, and lends what it finds.
class RouteTable {
 public:
  // Of all operations, as a configuration mounts them. Errc::invalid_argument where two would answer the same calls.
  static Result<RouteTable> of(const RuntimeConfig& config);
  // Errc::invalid_argument where one of another operation answers the same calls.
  Result<void> mount(const RouteProfile& profile, std::span<const Operation> operations);

  // \param path Without the query.
  RoutePlace find(std::string_view path) const;

 private:
  struct Entry {
    const RouteProfile* profile;
    const Operation* operation;
    const Route* route;
    std::string pattern;  // prefix and path
  };
  Result<void> add(Entry entry);

  std::vector<std::shared_ptr<const RouteProfile>> profiles_;
  std::vector<std::pair<std::string, const RouteProfile*>> prefixes_;
  std::vector<Entry> entries_;  // those first whose segments are literal where those of others are ids
};

// The one that mount_routes() has made for a configuration, or where it was not called a new one. Errors of
// RouteTable::of().
Result<std::shared_ptr<const RouteTable>> routes_of(const RuntimeConfig& config);

}  // namespace imagegen
