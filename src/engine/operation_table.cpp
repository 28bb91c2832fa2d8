#include "engine/operation_table.hpp"

#include <boost/json/parse.hpp>

#include "runtime/workflows.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

using Table = std::span<const Operation> (*)();
constexpr Table kTables[] = {job_operations,      spend_operations, asset_operations, store_operations,
                             provider_operations, image_operations, mask_operations,  runtime_operations,
                             worker_operations,   audit_operations, http_operations,  person_operations,
                             state_operations,    price_operations};

const std::vector<std::span<const Operation>>& all_tables() {
  // Never destroyed, because threads of hosts may still ask when the process ends.
  static const auto& all = *new std::vector<std::span<const Operation>>([] {
    std::vector<std::span<const Operation>> tables;
    for (const WorkflowKind* kind : workflows()) tables.push_back(kind->operations());
    for (const auto table : kTables) tables.push_back(table());
    return tables;
  }());
  return all;
}

}  // namespace

std::span<const std::span<const Operation>> operation_tables() {
  return all_tables();
}

const Operation* find_operation(std::string_view name) {
  for (const auto table : all_tables())
    for (const auto& operation : table)
      if (operation.description.name == name) return &operation;
  return nullptr;
}

std::span<const OperationDescription> operation_descriptions() {
  static const auto& all = *new std::vector<OperationDescription>([] {  // as the tables
    std::vector<OperationDescription> list;
    for (const auto table : all_tables())
      for (const auto& operation : table) list.push_back(operation.description);
    return list;
  }());
  return all;
}

// Also where there is one.
static js::array all_inputs(const OperationDescription& operation) {
  if (!operation.input.empty()) return {operation.input};
  return js::array(operation.inputs.begin(), operation.inputs.end());
}

static js::array to_array(const std::vector<FilePlace>& files) {
  js::array list;
  for (const auto& file : files) list.push_back({{"path", file.path}, {"isText", file.is_text}});
  return list;
}

std::string operations_json() {
  js::array list;
  for (const auto& operation : operation_descriptions()) {
    js::object described{{"name", operation.name},
                         {"summary", operation.summary},
                         {"request", js::parse(operation.request_schema)},
                         {"result", js::parse(operation.result_schema)},
                         {"input", operation.input},
                         {"inputs", all_inputs(operation)},
                         {"bytesIn", operation.bytes_in},
                         {"bytesOut", operation.bytes_out},
                         {"files", to_array(operation.files)},
                         {"subject", operation.subject},
                         {"gives", operation.gives},
                         {"drains", operation.drains},
                         {"mayBuy", operation.may_buy}};
    if (!operation.progress_schema.empty()) described["progress"] = js::parse(operation.progress_schema);
    list.push_back(std::move(described));
  }
  return json::write(js::object{{"operations", std::move(list)}});
}

Task<OperationOutcome> run_operation(const Operation& operation, OperationContext& context, js::object request) {
  if (!operation.ends_by_stop_token && context.stop.stop_requested()) co_return to_failure(stopped_in_time());
  std::string unexpected;
  try {
    co_return co_await operation.run(context, std::move(request));
  } catch (const std::exception& thrown) {
    unexpected = thrown.what();
  }
  Error error{Errc::internal, std::string(operation.description.name) + ": " + unexpected};
  if (context.stop.stop_requested()) error = {Errc::cancelled, "the call was cancelled"};
  if (operation.description.may_buy) error.delivery = Delivery::unknown;
  co_return to_failure(std::move(error));
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
