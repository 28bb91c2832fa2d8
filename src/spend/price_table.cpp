#include <algorithm>
#include <cmath>

#include "spend/price_data.hpp"

namespace imagegen {
namespace {

using detail::ImagePrice;
using detail::ModelPrice;

constexpr double kCharsPerToken = 4;  // the usual rule of thumb for English text

std::int64_t pixels(PixelSize size) {
  return std::int64_t{size.width} * size.height;
}

// A dated snapshot ("gpt-image-2-2026-04-21") costs what its model does.
const ModelPrice* find(const auto& models, std::string_view provider, std::string_view model) {
  if (const auto exact = models.find(detail::ModelName(provider, model)); exact != models.end()) return &exact->second;
  const auto date = model.rfind("-20");
  if (date == std::string_view::npos || model.size() - date != 11) return nullptr;
  const auto undated = models.find(detail::ModelName(provider, model.substr(0, date)));
  return undated == models.end() ? nullptr : &undated->second;
}

// "auto" may turn out to be anything: the dearest is assumed.
bool quality_matches(const ImagePrice& entry, std::string_view quality) {
  return entry.quality.empty() || quality.empty() || quality == "auto" || entry.quality == quality;
}

struct Price {
  Usd amount;
  bool rough;
};

// An unlisted size is priced by its pixels from the nearest listed one; at least as much as that one, since larger
// canvases are sometimes cheaper and an estimate should not be too low.
std::optional<Price> listed_price(const std::vector<ImagePrice>& images, std::string_view quality, PixelSize size) {
  std::optional<Price> exact;
  const ImagePrice* nearest = nullptr;
  const auto distance = [&](const ImagePrice& entry) { return std::llabs(pixels(entry.size) - pixels(size)); };
  for (const auto& entry : images) {
    if (!quality_matches(entry, quality)) continue;
    if (entry.size == size && (!exact || entry.price > exact->amount))
      exact = Price{entry.price, entry.quality != quality};
    const bool nearer = !nearest || distance(entry) < distance(*nearest);
    if (nearer || (distance(entry) == distance(*nearest) && entry.price > nearest->price)) nearest = &entry;
  }
  if (exact || !nearest) return exact;
  const double ratio = std::max(1.0, static_cast<double>(pixels(size)) / static_cast<double>(pixels(nearest->size)));
  return Price{Usd{std::llround(static_cast<double>(nearest->price.nanos) * ratio)}, true};
}

std::optional<Price> price_of_one(const ModelPrice& model, const PriceQuery& query) {
  if (auto listed = listed_price(model.images, query.quality, query.size)) return listed;
  if (model.per_image) return Price{*model.per_image, false};
  if (!model.per_megapixel) return std::nullopt;
  const auto megapixels = (pixels(query.size) + 999'999) / 1'000'000;  // billed by the started megapixel
  return Price{*model.per_megapixel * megapixels, true};
}

}  // namespace

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
  auto models = over.data_->models;
  models.insert(data_->models.begin(), data_->models.end());  // keeps what is there already
  return PriceTable(std::make_shared<const Data>(Data{std::move(models)}));
}

CostEstimate PriceTable::estimate(const PriceQuery& query) const {
  const auto* model = find(data_->models, query.provider, query.model);
  const auto one = model ? price_of_one(*model, query) : std::nullopt;
  if (!one) return {};
  auto total = one->amount * query.count;
  if (model->token_rates) {
    const double prompt_tokens = std::ceil(static_cast<double>(query.prompt_chars) / kCharsPerToken);
    total += Usd{std::llround(prompt_tokens * model->token_rates->input_text)};
  }
  return {total, one->rough, model->date, model->source};
}

std::optional<Usd> PriceTable::actual(std::string_view provider, std::string_view name,
                                      const TokenUsage& tokens) const {
  const auto* model = find(data_->models, provider, name);
  if (!model || !model->token_rates) return std::nullopt;
  const auto& rates = *model->token_rates;
  return Usd{std::llround(static_cast<double>(tokens.input_text) * rates.input_text +
                          static_cast<double>(tokens.input_image) * rates.input_image +
                          static_cast<double>(tokens.output_image) * rates.output_image +
                          static_cast<double>(tokens.output_text) * rates.output_text)};
}

}  // namespace imagegen
