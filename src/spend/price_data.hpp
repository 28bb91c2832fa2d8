#pragma once
#include <imagegen/spend/price_table.hpp>

#include <map>
#include <vector>

namespace imagegen {

namespace detail {

std::string_view built_in_prices_json();

struct ImagePrice {
  std::string quality;  // empty: any
  PixelSize size;
  Usd price;
};

// Per token, in billionths of a dollar: 5 USD per million tokens is 5000.
struct TokenRates {
  double input_text = 0, input_image = 0, output_image = 0, output_text = 0;
};

struct ModelPrice {
  std::string date, source;
  std::vector<ImagePrice> images;
  std::optional<Usd> per_image;
  std::optional<Usd> per_megapixel;
  std::optional<TokenRates> token_rates;
};

using ModelName = std::pair<std::string, std::string>;  // provider, model

}  // namespace detail

struct PriceTable::Data {
  std::map<detail::ModelName, detail::ModelPrice, std::less<>> models;
};

}  // namespace imagegen
