#include <imagegen/spend/price_table.hpp>

#include "engine/operation_table.hpp"

// What pictures may cost, before any is ordered. Asks nobody, so that no key is needed.
namespace imagegen {
namespace price_operation {

using json::field;

struct EstimateRequest {
  std::string provider, model, quality;
  PixelSize size;
  int count = 1;
};

struct PriceView {
  PriceQuery query;
  CostEstimate cost;
};

static const json::Fields<PriceView>& fields_of(const PriceView*) {
  using V = PriceView;
  using json::computed;
  static const auto& all = *new json::Fields<V>(
      "PriceEstimate",
      {computed<V>("model", [](const V& view) { return view.query.model; }),
       computed<V>("quality", [](const V& view) { return view.query.quality; }),
       computed<V>(
           "estimatedUsd", [](const V& view) { return view.cost.amount; }, "at most; null: unknown"),
       computed<V>(
           "leastUsd", [](const V& view) { return view.cost.low; }, "null: unknown"),
       computed<V>(
           "rough", [](const V& view) { return view.cost.rough; }, "from a neighbouring size or quality"),
       computed<V>("priceForm", [](const V& view) { return std::string(to_string(view.cost.form)); }),
       computed<V>("priceDate", [](const V& view) { return view.cost.price_date; }),
       computed<V>("source", [](const V& view) { return view.cost.source; })});
  return all;
}

namespace {

struct Estimates {
  std::string provider;
  std::vector<PriceView> prices;
};

json::Fields<EstimateRequest> request_fields() {
  using Q = EstimateRequest;
  const auto side = [](std::string_view name, int PixelSize::*member) {
    return json::mapped<Q, int>(
               name, [member](const Q& wish) { return wish.size.*member; },
               [member](Q& wish, int px) { wish.size.*member = px; }, "px; 0: the provider's choice")
        .range(0, 65'535);
  };
  return {"",
          {field("provider", &Q::provider, "empty: the first"), field("model", &Q::model, "empty: each of its models"),
           field("quality", &Q::quality, "empty: the model's own"), side("width", &PixelSize::width),
           side("height", &PixelSize::height), field("count", &Q::count, "pictures").range(1, 1000)}};
}

json::Fields<Estimates> result_fields() {
  return {"PriceEstimates", {field("provider", &Estimates::provider), field("prices", &Estimates::prices)}};
}

const ImageProvider* named_provider(const Runtime& runtime, const std::string& name) {
  for (const auto* each : runtime.providers().all())
    if (name.empty() || each->capability().provider == name) return each;
  return nullptr;
}

Task<Answer<Estimates>> estimate(OperationContext& context, EstimateRequest wanted) {
  const auto& runtime = runtime_of(context);
  const auto* provider = named_provider(runtime, wanted.provider);
  if (provider == nullptr)
    co_return to_failure(std::vector<FieldFault>{{"provider", "expected one that is configured, got another"}});
  const auto& capability = provider->capability();
  Answered<Estimates> answer;
  answer.result.provider = capability.provider;
  for (const auto& model : capability.models) {
    if (!wanted.model.empty() && model.model != wanted.model) continue;
    PriceQuery query{capability.priced_as(), model.model, model.default_quality, wanted.size, wanted.count};
    if (!wanted.quality.empty()) query.quality = wanted.quality;
    auto cost = runtime.prices().estimate(query);
    answer.result.prices.push_back({std::move(query), std::move(cost)});
  }
  if (answer.result.prices.empty())
    co_return to_failure(
        std::vector<FieldFault>{{"model", "expected a model of " + capability.provider + ", got another"}});
  co_return answer;
}

std::vector<Operation> all_operations() {
  return {operation({.name = "provider.prices",
                     .summary = "Tells what pictures of a provider's models may cost. Asks nobody; no key is needed.",
                     .gives = "prices"},
                    request_fields(), result_fields(), estimate)};
}

}  // namespace
}  // namespace price_operation

std::span<const Operation> price_operations() {
  static const auto& all = *new std::vector<Operation>(price_operation::all_operations());
  return all;
}

}  // namespace imagegen
