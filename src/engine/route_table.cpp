#include "engine/route_table.hpp"

#include <algorithm>

#include "engine/operation_table.hpp"
#include "runtime/workflows.hpp"

namespace imagegen {
namespace route_table_part {
namespace {

// Where mount_routes() leaves it.
struct MountedRoutes {
  std::shared_ptr<const RouteTable> table;
};

// Of "/a/b" it takes "a" and leaves "/b".
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const auto segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool is_id(std::string_view segment) {
  return segment.starts_with('{');
}

// Below 0 where `a` goes first: by the first segment that differs, and literal ones before ids. 0: both mean the same.
int compare(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const auto left = take_segment(a), right = take_segment(b);
    if (is_id(left) != is_id(right)) return is_id(left) ? 1 : -1;
    if (is_id(left)) continue;
    if (const int order = left.compare(right); order != 0) return order;
  }
  return static_cast<int>(!a.empty()) - static_cast<int>(!b.empty());
}

// The ids in a path; nothing where it is another. Both begin with '/'.
std::optional<std::vector<PathId>> match(std::string_view pattern, std::string_view path) {
  std::vector<PathId> ids;
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = take_segment(pattern), came = take_segment(path);
    if (is_id(wanted))
      ids.push_back({wanted.substr(1, wanted.size() - 2), came});
    else if (wanted != came)
      return std::nullopt;
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return ids;
}

bool is_below(std::string_view prefix, std::string_view path) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

const WorkflowKind* kind_of(std::span<const Operation> table) {
  for (const WorkflowKind* kind : workflows())
    if (kind->operations().data() == table.data()) return kind;
  return nullptr;
}

bool has_routes(std::span<const Operation> table) {
  return std::ranges::any_of(table, [](const Operation& operation) { return !operation.routes.empty(); });
}

// Operations that are of no workflow stand at the root.
const RouteProfile& own_profile() {
  static const auto& profile = *new RouteProfile{{"/"}};  // never destroyed, as the tables
  return profile;
}

}  // namespace
}  // namespace route_table_part

Result<RouteTable> RouteTable::of(const RuntimeConfig& config) {
  namespace part = route_table_part;
  RouteTable made;
  for (const auto table : operation_tables()) {
    if (table.empty()) continue;
    const auto* kind = part::kind_of(table);
    if (!kind && !part::has_routes(table)) continue;
    if (const auto mounted = made.mount(kind ? kind->routes(config) : part::own_profile(), table); !mounted)
      return mounted.error();
  }
  return made;
}

Result<void> RouteTable::mount(const RouteProfile& profile, std::span<const Operation> operations) {
  profiles_.push_back(std::make_shared<const RouteProfile>(profile));
  const auto* kept = profiles_.back().get();
  for (std::string_view prefix : kept->prefixes) {
    if (prefix == "/") prefix = {};
    prefixes_.emplace_back(prefix, kept);
    for (const auto& operation : operations)
      for (const auto& route : operation.routes)
        if (const auto added = add({kept, &operation, &route, std::string(prefix).append(route.path)}); !added)
          return added.error();
  }
  return {};
}

Result<void> RouteTable::add(Entry entry) {
  const auto order = [](const Entry& a, const Entry& b) {
    return route_table_part::compare(a.pattern, b.pattern) < 0;
  };
  const auto [first, last] = std::equal_range(entries_.begin(), entries_.end(), entry, order);
  const auto twin = std::find_if(first, last, [&](const Entry& e) { return e.route->method == entry.route->method; });
  if (twin == last) {
    entries_.insert(last, std::move(entry));
    return {};
  }
  if (twin->route == entry.route) return {};  // of a prefix that is named twice
  return Error{Errc::invalid_argument, "routes: " + std::string(entry.route->method) + " " + entry.pattern + " is of " +
                                           std::string(twin->operation->description.name) + " and of " +
                                           std::string(entry.operation->description.name) +
                                           ": expected other prefixes for one of them"};
}

RoutePlace RouteTable::find(std::string_view path) const {
  RoutePlace place;
  if (!path.starts_with('/')) return place;
  std::size_t longest = 0;
  for (const auto& [prefix, profile] : prefixes_)
    if (route_table_part::is_below(prefix, path) && (!place.profile || prefix.size() > longest))
      place.profile = profile, longest = prefix.size();
  for (const auto& entry : entries_)
    if (auto ids = route_table_part::match(entry.pattern, path))
      place.routes.push_back({*entry.profile, *entry.operation, *entry.route, std::move(*ids)});
  return place;
}

Result<void> mount_routes(RuntimeConfig& config) {
  auto made = RouteTable::of(config);
  if (!made) return made.error();
  config.of<route_table_part::MountedRoutes>().table = std::make_shared<const RouteTable>(std::move(*made));
  return {};
}

Result<std::shared_ptr<const RouteTable>> routes_of(const RuntimeConfig& config) {
  if (const auto& table = config.of<route_table_part::MountedRoutes>().table) return table;
  auto made = RouteTable::of(config);
  if (!made) return made.error();
  return std::make_shared<const RouteTable>(std::move(*made));
}

}  // namespace imagegen
