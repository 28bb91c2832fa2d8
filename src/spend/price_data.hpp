#pragma once
#include <imagegen/spend/price_table.hpp>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace imagegen {

namespace detail {

std::string_view built_in_prices_json();

// At least and at most: billionths of a dollar, or tokens.
struct Range {
  double low = 0, high = 0;
  bool rough = false;
};

// What one picture of a quality and size takes: a price, or tokens.
struct Listed {
  std::string quality;  // empty: any
  PixelSize size;
  std::int64_t up_to_pixels = 0;  // it also stands for every size with at most so many; 0: for its own only
  Range each;
};

// Per token, in billionths of a dollar: 5 USD per million tokens is 5000.
struct TokenRates {
  double input_text = 0, input_image = 0, output_image = 0, output_text = 0;
};

// What is done with a part of a megapixel. Where nobody has said it, it is rounded up for the upper bound only.
enum class Rounding : std::uint8_t { up, exact, unknown };

struct FirstThen {
  Usd first, then, input;
};

struct SecondRate {
  std::string hardware;  // empty: any
  Usd rate;
};

using FailureBilling = std::array<std::optional<Billing>, 5>;  // by FailedCall

struct ModelPrice {
  std::string date, source;
  std::vector<Listed> images;  // billionths of a dollar
  std::optional<Usd> per_image;
  std::optional<Usd> per_megapixel;
  std::optional<FirstThen> first_then;
  std::int64_t pixels_per_megapixel = 1'000'000;
  Rounding rounding = Rounding::up;
  std::optional<TokenRates> token_rates;
  std::vector<Listed> image_tokens;  // tokens
  double tokens_vary = 0;            // 0.1: a tenth less or more
  std::int64_t reference_tokens = 0;  // of a reference of 1024x1024
  std::int64_t partial_image_tokens = 0;
  std::optional<Usd> per_reference;
  std::vector<SecondRate> per_second;
  double least_seconds = 0, most_seconds = 0;  // of one picture; 0: not known
  int included_steps = 0;                      // more steps cost more in proportion; 0: they cost nothing
  double batch_factor = 1;
  Usd minimum;  // of a call
  FailureBilling billed_on_failure;
};

using ModelName = std::pair<std::string, std::string>;  // provider, model

// Of a list of prices or tokens. Nothing where it does not list the quality.
std::optional<Range> look_up(const std::vector<Listed>& list, std::string_view quality, PixelSize size);

// "auto" and no word at all may turn out to be anything.
bool is_any_quality(std::string_view quality);

// As many megapixels as are billed for so many pixels.
Range megapixels(const ModelPrice& model, double pixels);

CostEstimate estimate_with(const ModelPrice& model, const PriceQuery& query);

std::optional<Usd> cost_of(const ModelPrice& model, const PriceQuery& bought, const Usage& usage);

}  // namespace detail

struct PriceTable::Data {
  std::map<detail::ModelName, detail::ModelPrice, std::less<>> models;
  std::map<std::string, detail::FailureBilling, std::less<>> hosts;
};

}  // namespace imagegen
