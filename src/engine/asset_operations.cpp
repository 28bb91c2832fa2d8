#include "engine/asset_json.hpp"
#include "engine/operation_table.hpp"

namespace imagegen {
namespace asset_operation {
namespace {

using json::field;

struct OneAsset {
  AssetRecord asset;
};

const json::Fields<OneAsset>& fields_of(const OneAsset*) {
  static const auto& all = *new json::Fields<OneAsset>("", {field("asset", &OneAsset::asset).required()});
  return all;
}

struct MaybeAsset {
  std::optional<AssetRecord> asset;
};

const json::Fields<MaybeAsset>& fields_of(const MaybeAsset*) {
  static const auto& all = *new json::Fields<MaybeAsset>("", {field("asset", &MaybeAsset::asset).or_null()});
  return all;
}

struct AssetId {
  std::string id;
};

const json::Fields<AssetId>& fields_of(const AssetId*) {
  static const auto& all = *new json::Fields<AssetId>("", {field("id", &AssetId::id).required()});
  return all;
}

Task<Answer<Nothing>> put(OperationContext& context, OneAsset wanted) {
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  const auto stored = co_await (*state)->assets->put(std::move(wanted.asset));
  if (!stored) co_return to_failure(stored.error());
  co_return Answered<Nothing>();
}

Task<Answer<MaybeAsset>> get(OperationContext& context, AssetId wanted) {
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto found = co_await (*state)->assets->find(std::move(wanted.id));
  if (!found) co_return to_failure(found.error());
  Answered<MaybeAsset> answer{{std::move(*found)}};
  co_return answer;
}

Task<Answer<Nothing>> remove(OperationContext& context, AssetId wanted) {
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  const auto removed = co_await (*state)->assets->remove(std::move(wanted.id));
  if (!removed) co_return to_failure(removed.error());
  co_return Answered<Nothing>();
}

Task<Answer<AssetPage>> list(OperationContext& context, AssetQuery query) {
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto page = co_await (*state)->assets->list(std::move(query));
  if (!page) co_return to_failure(page.error());
  Answered<AssetPage> answer{std::move(*page)};
  co_return answer;
}

std::vector<Operation> all_operations() {
  return {
      operation({.name = "assets.put",
                 .summary = "Adds the record of a file, or replaces the one with its id.",
                 .subject = "asset"},
                put),
      operation({.name = "assets.get",
                 .summary = "Shows the record of a file; null when there is none.",
                 .subject = "id",
                 .gives = "asset"},
                get),
      operation({.name = "assets.remove", .summary = "Removes the record of a file; the file stays.", .subject = "id"},
                remove),
      operation({.name = "assets.list", .summary = "Lists records of files, newest first."}, list),
  };
}

}  // namespace
}  // namespace asset_operation

std::span<const Operation> asset_operations() {
  static const auto& all = *new std::vector<Operation>(asset_operation::all_operations());
  return all;
}

}  // namespace imagegen
