#include "engine/host_part_kinds.hpp"

#include <imagegen/core/shown_text.hpp>

#include "runtime/workflows.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

constexpr std::size_t kLargestCapability = 16U << 20U;

// Of the runtime itself; workflows declare their own.
struct RuntimePart {
  std::string_view name;
  HostPartCost cost;
  Result<void> (*put)(HostPartLink link, const js::object& capability, RuntimeParts& parts);
  std::string_view older_name = {};  // of version 1.0 of the C interface; it is asked by the name that it gives
};

Result<void> put_provider(HostPartLink link, const js::object& capability, RuntimeParts& parts) {
  auto made = make_host_provider(std::move(link), capability);
  if (!made) return made.error();
  parts.providers.push_back(std::move(*made));
  return {};
}

Result<void> put_store(HostPartLink link, const js::object& capability, RuntimeParts& parts) {
  auto made = make_host_store(std::move(link), capability);
  if (!made) return made.error();
  parts.store = std::move(*made);
  return {};
}

Result<void> put_records(HostPartLink link, const js::object& capability, RuntimeParts& parts) {
  auto made = make_host_records(std::move(link), capability);
  if (!made) return made.error();
  parts.records = std::move(*made);
  return {};
}

Result<void> put_assets(HostPartLink link, const js::object&, RuntimeParts& parts) {
  parts.assets = make_host_assets(std::move(link));
  return {};
}

Result<void> put_events(HostPartLink link, const js::object&, RuntimeParts& parts) {
  parts.events = make_host_events(std::move(link));
  return {};
}

constexpr RuntimePart kRuntimeParts[] = {{"provider", HostPartCost::any, put_provider},
                                         {"store", HostPartCost::never, put_store},
                                         {"records", HostPartCost::never, put_records},
                                         {"assets", HostPartCost::never, put_assets, "metadata"},
                                         {"events", HostPartCost::never, put_events}};

// For a workflow, which asks for documents alone.
class LinkedAsker final : public HostPartAsker {
 public:
  explicit LinkedAsker(HostPartLink link) : link_(std::move(link)) {}

  Task<Result<js::object>> ask(std::string_view method, js::object arguments, Deadline deadline) const override {
    return document_of(link_.ask(method, std::move(arguments), deadline));
  }

 private:
  static Task<Result<js::object>> document_of(Task<Result<HostAnswer>> asking) {
    auto answer = co_await std::move(asking);
    if (!answer) co_return answer.error();
    co_return std::move(answer->document);
  }

  HostPartLink link_;
};

Error unknown_kind(std::string_view kind) {
  std::string names;
  for (const auto& known : kRuntimeParts) names.append(known.name).append(", ");
  for (const WorkflowKind* workflow : workflows())
    for (const auto& known : workflow->host_parts()) names.append(known.name).append(", ");
  names.resize(names.size() - 2);
  return {Errc::invalid_argument, "parts: expected one of " + names + ", got " + in_quotes(kind)};
}

// The name that the host gave, where it is one of the part's; of static storage. Empty: it is another part.
template <class Part>
std::string_view named(const Part& part, std::string_view given) {
  if (given == part.name) return part.name;
  return !given.empty() && given == part.older_name ? part.older_name : std::string_view();
}

Result<js::object> capability_of(const HostPart& part) {
  const auto what = "capability of the " + part.kind;
  auto value = json::parse(part.capability_json, kLargestCapability);
  if (!value) return in_context(value.error(), what);
  if (!value->is_object())
    return Error{Errc::invalid_argument, what + ": expected a JSON object, got " + json::describe(*value)};
  return std::move(value->get_object());
}

}  // namespace

std::string_view present_name(std::string_view kind) {
  for (const auto& known : kRuntimeParts)
    if (!kind.empty() && kind == known.older_name) return known.name;
  for (const WorkflowKind* workflow : workflows())
    for (const auto& known : workflow->host_parts())
      if (!kind.empty() && kind == known.older_name) return known.name;
  return kind;
}

Result<void> add_host_part(RuntimeParts& parts, const HostPart& part, std::shared_ptr<HostCalls> calls, HostRoute route) {
  const auto link = [&](std::string_view name, HostPartCost cost) {
    return HostPartLink{std::move(calls), std::move(route), name, cost};
  };
  for (const auto& known : kRuntimeParts) {
    const auto name = named(known, part.kind);
    if (name.empty()) continue;
    const auto capability = capability_of(part);
    if (!capability) return capability.error();
    return known.put(link(name, known.cost), *capability, parts);
  }
  for (const WorkflowKind* workflow : workflows())
    for (const auto& known : workflow->host_parts()) {
      const auto name = named(known, part.kind);
      if (name.empty()) continue;
      if (const auto capability = capability_of(part); !capability) return capability.error();
      known.put(std::make_unique<LinkedAsker>(link(name, known.cost)), parts.others);
      return {};
    }
  return unknown_kind(part.kind);
}

}  // namespace imagegen
