#include "embed/asset_json.hpp"
#include "embed/operation_table.hpp"

namespace imagegen {
namespace asset_operation {
namespace {

namespace js = boost::json;
using json::Need;
using json::ObjectReader;

Task<OperationOutcome> put(OperationContext& context, js::object request) {
  const auto read = read_nested_request(request, [](ObjectReader& root, std::vector<FieldFault>& faults) {
    const auto* value = root.value("asset");
    const js::value absent;  // not a temporary: the reader looks at it again and again
    ObjectReader part(value ? *value : absent, "asset", faults);
    auto asset = read_asset(part);
    part.refuse_unknown();
    return asset;
  });
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  const auto stored = co_await (*state)->metadata->put(std::get<AssetRecord>(read));
  if (!stored) co_return to_failure(stored.error());
  co_return OperationResult{};
}

Request<std::string> read_id(const js::object& request) {
  return read_request(request, [](ObjectReader& root) { return root.text("id", Need::required); });
}

Task<OperationOutcome> get(OperationContext& context, js::object request) {
  const auto id = read_id(request);
  if (const auto* faults = faults_of(id)) co_return to_failure(*faults);
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  const auto found = co_await (*state)->metadata->find(std::get<std::string>(id));
  if (!found) co_return to_failure(found.error());
  js::object result{{"asset", nullptr}};
  if (*found) result["asset"] = to_object(**found);
  co_return answer(result);
}

Task<OperationOutcome> remove(OperationContext& context, js::object request) {
  const auto id = read_id(request);
  if (const auto* faults = faults_of(id)) co_return to_failure(*faults);
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  const auto removed = co_await (*state)->metadata->remove(std::get<std::string>(id));
  if (!removed) co_return to_failure(removed.error());
  co_return OperationResult{};
}

AssetQuery read_list(ObjectReader& root) {
  AssetQuery query;
  query.job_id = optional_text(root, "jobId");
  query.owner = optional_text(root, "owner");
  query.kind = optional_text(root, "kind");
  query.sha256 = optional_text(root, "sha256");
  query.after = optional_text(root, "after").value_or("");
  query.limit = static_cast<int>(root.integer("limit", 1, 1000, Need::optional).value_or(query.limit));
  return query;
}

Task<OperationOutcome> list(OperationContext& context, js::object request) {
  const auto query = read_request(request, read_list);
  if (const auto* faults = faults_of(query)) co_return to_failure(*faults);
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  const auto page = co_await (*state)->metadata->list(std::get<AssetQuery>(query));
  if (!page) co_return to_failure(page.error());
  co_return answer(to_object(*page));
}

constexpr std::string_view kId = R"({"type": "object", "additionalProperties": false, "required": ["id"],
  "properties": {"id": {"type": "string", "minLength": 1}}})";
constexpr std::string_view kNothing = R"({"type": "object"})";

constexpr Operation kOperations[] = {
    {{"assets.put", "Adds the record of a file, or replaces the one with its id.",
      R"({"type": "object", "additionalProperties": false, "required": ["asset"], "properties": {"asset":
          {"type": "object", "required": ["id", "kind", "objectKey", "sha256"]}}})",
      kNothing},
     put},
    {{"assets.get", "Shows the record of a file; null when there is none.", kId,
      R"({"type": "object", "required": ["asset"], "properties": {"asset": {"type": ["object", "null"]}}})"},
     get},
    {{"assets.remove", "Removes the record of a file; the file stays.", kId, kNothing}, remove},
    {{"assets.list", "Lists records of files, newest first.",
      R"({"type": "object", "additionalProperties": false,
          "properties": {"jobId": {"type": "string"}, "owner": {"type": "string"}, "kind": {"type": "string"},
            "sha256": {"type": "string"}, "after": {"type": "string"},
            "limit": {"type": "integer", "minimum": 1, "maximum": 1000}}})",
      R"({"type": "object", "required": ["assets", "next"],
          "properties": {"assets": {"type": "array"}, "next": {"type": "string"}}})"},
     list},
};

}  // namespace
}  // namespace asset_operation

std::span<const Operation> asset_operations() {
  return asset_operation::kOperations;
}

}  // namespace imagegen
