#include <imagegen/core/version.hpp>
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/runtime/doctor.hpp>

#include "embed/findings_json.hpp"
#include "embed/operation_table.hpp"

namespace imagegen {
namespace runtime_operation {
namespace {

namespace js = boost::json;

js::array formats(bool (*has)(ImageFormat) noexcept) {
  js::array list;
  for (const auto format : kImageFormats)
    if (has(format)) list.push_back(js::value(to_string(format)));
  return list;
}

Task<OperationOutcome> describe(OperationContext& context, js::object request) {
  const auto read = read_nothing(request);
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  auto& runtime = runtime_of(context);
  const auto first = default_choice(runtime.provider().capability());
  js::array providers;
  for (const auto* provider : runtime.providers().all()) providers.emplace_back(provider->capability().provider);
  js::object result{{"version", version()},
                    {"provider", {{"name", first.provider}, {"model", first.model}}},
                    {"providers", std::move(providers)},
                    {"store", runtime.store().capability().name},
                    {"threads", runtime.pool().threads()},
                    {"formats", {{"read", formats(can_decode)}, {"write", formats(can_encode)}}}};
  co_return answer(result);
}

Task<OperationOutcome> examine_runtime(OperationContext& context, js::object request) {
  const auto read = read_nothing(request);
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  const auto found = co_await examine(runtime_of(context));
  co_return answer(findings_json(found));
}

constexpr std::string_view kNoFields = R"({"type": "object", "additionalProperties": false})";

constexpr Operation kOperations[] = {
    {{"runtime.describe", "Tells what this library and its configuration are.", kNoFields,
      R"({"type": "object", "required": ["version", "provider", "store", "threads", "formats"]})"},
     describe},
    {{"runtime.examine", "Tries provider and store, and says what is wrong; buys nothing.", kNoFields,
      R"({"type": "object", "required": ["ok", "findings"], "properties": {"ok": {"type": "boolean", "description": "nothing is broken"}, "findings": {"type": "array",
          "items": {"type": "object", "required": ["verdict", "subject", "text"]}}}})"},
     examine_runtime},
};

}  // namespace
}  // namespace runtime_operation

std::span<const Operation> runtime_operations() {
  return runtime_operation::kOperations;
}

}  // namespace imagegen
