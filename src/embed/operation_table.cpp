#include "embed/operation_table.hpp"

#include <boost/json/parse.hpp>

#include "runtime/workflows.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

using Table = std::span<const Operation> (*)();
constexpr Table kTables[] = {job_operations,   spend_operations,    asset_operations,  store_operations,
                             provider_operations, image_operations, runtime_operations};

// Calls `use` with each table.
template <class Use>
void for_each_table(Use use) {
  for (const WorkflowKind* kind : workflows()) use(kind->operations());
  for (const auto table : kTables) use(table());
}

}  // namespace

const Operation* find_operation(std::string_view name) {
  const Operation* found = nullptr;
  for_each_table([&](std::span<const Operation> table) {
    for (const auto& operation : table)
      if (operation.description.name == name) found = &operation;
  });
  return found;
}

std::span<const OperationDescription> operation_descriptions() {
  // Never destroyed, because threads of hosts may still ask when the process ends.
  static const auto& all = *new std::vector<OperationDescription>([] {
    std::vector<OperationDescription> list;
    for_each_table([&](std::span<const Operation> table) {
      for (const auto& operation : table) list.push_back(operation.description);
    });
    return list;
  }());
  return all;
}

std::string operations_json() {
  js::array list;
  for (const auto& operation : operation_descriptions()) {
    list.push_back({{"name", operation.name},
                    {"summary", operation.summary},
                    {"request", js::parse(operation.request_schema)},
                    {"result", js::parse(operation.result_schema)},
                    {"bytesIn", operation.bytes_in},
                    {"bytesOut", operation.bytes_out}});
  }
  return json::write(js::object{{"operations", std::move(list)}});
}

Runtime& runtime_of(const OperationContext& context) {
  return static_cast<Runtime&>(context.host);
}

Task<Result<State*>> state_of(OperationContext& context) {
  auto& runtime = runtime_of(context);
  auto opened = co_await runtime.pool().run([&runtime] { return runtime.state(); });
  if (context.stop.stop_requested()) co_return stopped_in_time();
  co_return opened;
}

}  // namespace imagegen
