#include <boost/json.hpp>

#include "json/object_reader.hpp"
#include "spend/price_data.hpp"

namespace imagegen {
namespace {

using detail::ImagePrice;
using detail::ModelPrice;
using detail::TokenRates;
using json::Need;
using json::ObjectReader;

using Faults = std::vector<FieldFault>;

// Under kMostUsd, because a price is multiplied by how much is bought.
constexpr Usd kHighestPrice{1'000'000'000'000'000};
constexpr std::size_t kMostEntries = 10'000;
constexpr std::size_t kLargestTable = 4U << 20U;  // bytes

std::string indexed(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

std::optional<Usd> dollars(ObjectReader& reader, std::string_view name, Need need) {
  return reader.dollars(name, need, kHighestPrice);
}

std::optional<TokenRates> token_rates(ObjectReader& model, Faults& faults) {
  const auto* value = model.value("per_million_tokens");
  if (!value) return std::nullopt;
  ObjectReader reader(*value, model.path_of("per_million_tokens"), faults);
  const auto rate = [&](std::string_view name) {
    const auto amount = dollars(reader, name, Need::optional);
    return amount ? static_cast<double>(amount->nanos) / 1e6 : 0.0;
  };
  return TokenRates{rate("input_text"), rate("input_image"), rate("output_image"), rate("output_text")};
}

void read_image(ObjectReader reader, std::vector<ImagePrice>& out) {
  const auto quality = reader.text("quality", Need::optional);
  const auto size = parse_pixel_size(reader.text("size", Need::required));
  if (!size) reader.fault("size", size.error().message);
  const auto price = dollars(reader, "price", Need::required);
  if (size && price) out.push_back({quality, *size, *price});
}

void read_model(ObjectReader reader, Faults& faults, std::map<detail::ModelName, ModelPrice, std::less<>>& models) {
  ModelPrice price;
  const auto provider = reader.text("provider", Need::required);
  const auto model = reader.text("model", Need::required);
  price.date = reader.text("date", Need::required);
  price.source = reader.text("source", Need::required);
  price.per_image = dollars(reader, "per_image", Need::optional);
  price.per_megapixel = dollars(reader, "per_megapixel", Need::optional);
  price.token_rates = token_rates(reader, faults);
  if (const auto* images = reader.array("images", kMostEntries, Need::optional)) {
    for (std::size_t i = 0; i < images->size(); ++i) {
      read_image({(*images)[i], indexed(reader.path_of("images"), i), faults}, price.images);
    }
  }
  models.insert_or_assign({provider, model}, std::move(price));
}

}  // namespace

Result<PriceTable> PriceTable::parse(std::string_view text) {
  const auto document = json::parse(text, kLargestTable);
  if (!document) return in_context(document.error(), "prices");
  Faults faults;
  Data data;
  ObjectReader root(*document, "", faults);
  if (const auto* models = root.array("models", kMostEntries, Need::required)) {
    for (std::size_t i = 0; i < models->size(); ++i)
      read_model({(*models)[i], indexed("models", i), faults}, faults, data.models);
  }
  if (!faults.empty()) return to_error("prices: wrong fields", faults);
  return PriceTable(std::make_shared<const Data>(std::move(data)));
}

}  // namespace imagegen
