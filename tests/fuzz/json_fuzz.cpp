// Packs, requests, configurations and price tables: reading them never crashes, is the same twice, and a pack that is
// taken holds only what its rules allow.
#include <imagegen/runtime/runtime_config.hpp>
#include <imagegen/spend/price_table.hpp>
#include <imagegen/workflow/heroes.hpp>

#include <cstdint>
#include <cstdlib>

namespace {

using imagegen::LifestylePack;

void expect(bool holds) {
  if (!holds) std::abort();
}

void check_pack(std::string_view text) {
  const auto parsed = imagegen::parse_lifestyle_pack(text);
  const auto again = imagegen::parse_lifestyle_pack(text);
  expect(parsed.index() == again.index());
  const auto* pack = std::get_if<LifestylePack>(&parsed);
  if (!pack) return expect(!std::get<std::vector<imagegen::FieldFault>>(parsed).empty());
  for (const auto& row : pack->export_plan) {
    expect(row.size.width >= 1 && row.size.width <= 16383 && row.size.height >= 1 && row.size.height <= 16383);
    expect(quality_of(row.encoding) >= 0 && quality_of(row.encoding) <= 100);
    expect(!row.shot_id.empty() && row.filename.str().find("..") != 0 && !row.filename.str().starts_with("masters/"));
  }
}

// Whatever a table says, what is reserved is the upper end, and nothing is below 0.
void check_prices(const imagegen::PriceTable& prices) {
  imagegen::PriceQuery query{"h", "m", "low", {1000, 1500}};
  query.reference_pixels = {0, 1'000'000}, query.partial_images = 3, query.steps = 50;
  for (const bool batch : {false, true}) {
    query.batch = batch;
    const auto cost = prices.estimate(query);
    expect(cost.amount == cost.high && cost.low.has_value() == cost.high.has_value());
    if (cost.amount) expect(*cost.low >= imagegen::Usd{} && *cost.low <= *cost.high && *cost.high <= imagegen::kMostUsd);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_pack(text);
  const auto request = imagegen::parse_hero_request(text);
  if (const auto* good = std::get_if<imagegen::HeroRequest>(&request)) expect(check(*good).empty());
  imagegen::RuntimeConfig config;
  if (!apply_json(config, text).empty()) expect(config.store == imagegen::RuntimeConfig().store);
  if (const auto prices = imagegen::PriceTable::parse(text)) check_prices(*prices);
  return 0;
}
