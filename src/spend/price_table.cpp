#include <utility>

#include "spend/price_data.hpp"

namespace imagegen {
namespace {

using detail::ModelPrice;

// A dated snapshot ("gpt-image-2-2026-04-21") costs what its model does.
const ModelPrice* find(const auto& models, std::string_view provider, std::string_view model) {
  if (const auto exact = models.find(detail::ModelName(provider, model)); exact != models.end()) return &exact->second;
  constexpr std::size_t kDate = 11;  // "-2026-04-21"
  const auto date = model.size() < kDate ? 0 : model.size() - kDate;
  if (date == 0 || !model.substr(date).starts_with("-20")) return nullptr;
  const auto undated = models.find(detail::ModelName(provider, model.substr(0, date)));
  return undated == models.end() ? nullptr : &undated->second;
}

}  // namespace

std::string_view to_string(PriceForm form) noexcept {
  switch (form) {
    case PriceForm::unknown:
      break;
    case PriceForm::per_image:
      return "per_image";
    case PriceForm::per_megapixel:
      return "per_megapixel";
    case PriceForm::first_then:
      return "first_then";
    case PriceForm::per_token:
      return "per_token";
    case PriceForm::per_second:
      return "per_second";
  }
  return "unknown";
}

PriceTable::PriceTable(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
PriceTable::PriceTable(PriceTable&&) noexcept = default;
PriceTable::PriceTable(const PriceTable&) = default;
PriceTable& PriceTable::operator=(PriceTable&&) noexcept = default;
PriceTable::~PriceTable() = default;

const PriceTable& PriceTable::built_in() {
  static const PriceTable table = parse(detail::built_in_prices_json()).value();
  return table;
}

PriceTable PriceTable::overridden_by(const PriceTable& over) const {
  Data data = *over.data_;
  data.models.insert(data_->models.begin(), data_->models.end());  // keeps what is there already
  data.hosts.insert(data_->hosts.begin(), data_->hosts.end());
  return PriceTable(std::make_shared<const Data>(std::move(data)));
}

CostEstimate PriceTable::estimate(const PriceQuery& query) const {
  const auto* model = find(data_->models, query.provider, query.model);
  return model ? estimate_with(*model, query) : CostEstimate();
}

std::optional<ActualCost> PriceTable::actual(const PriceQuery& bought, const Usage& usage) const {
  if (const auto* named = std::get_if<BilledUsage>(&usage)) {
    if (named->amount < Usd{} || named->amount > kMostUsd) return std::nullopt;
    return ActualCost{named->amount, CostSource::provider};
  }
  const auto* model = find(data_->models, bought.provider, bought.model);
  const auto amount = model ? cost_of(*model, bought, usage) : std::nullopt;
  if (!amount) return std::nullopt;
  return ActualCost{*amount, CostSource::usage};
}

Billing PriceTable::billed_on_failure(std::string_view provider, std::string_view name, FailedCall how) const {
  const auto index = static_cast<std::size_t>(how);
  const auto* model = find(data_->models, provider, name);
  if (model && model->billed_on_failure.at(index)) return *model->billed_on_failure.at(index);
  const auto host = data_->hosts.find(provider);
  return host == data_->hosts.end() ? Billing::maybe : host->second.at(index).value_or(Billing::maybe);
}

}  // namespace imagegen
