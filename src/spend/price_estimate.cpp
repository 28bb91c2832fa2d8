#include <imagegen/core/utf8.hpp>

#include <algorithm>
#include <cmath>

#include "spend/price_data.hpp"

namespace imagegen::detail {
namespace {

constexpr double kCharsPerToken = 4;                        // the usual rule of thumb for English text
constexpr double kListedReferencePixels = 1024 * 1024;      // of the reference whose tokens a row names
constexpr double kUnknownReferencePixels = 4 * 1024 * 1024;  // as large as models look at

struct OnePicture {
  Range nanos;
  PriceForm form = PriceForm::unknown;
};

bool has_size(const PriceQuery& query) {
  return query.size.width > 0 && query.size.height > 0;
}

double pixels_of(const PriceQuery& query) {
  return static_cast<double>(query.size.width) * query.size.height;
}

double nanos(Usd amount) {
  return static_cast<double>(amount.nanos);
}

Usd whole_nanos(double amount) {
  const auto most = nanos(kMostUsd);
  return amount < most ? Usd{std::llround(amount)} : kMostUsd;
}

Range first_then(const FirstThen& price, Range megapixels) {
  const auto cost = [&](double count) { return nanos(price.first) + std::max(0.0, count - 1) * nanos(price.then); };
  return {cost(megapixels.low), cost(megapixels.high)};
}

std::optional<OnePicture> by_tokens(const ModelPrice& model, const PriceQuery& query) {
  if (!model.token_rates) return std::nullopt;
  const auto tokens = look_up(model.image_tokens, query.quality, query.size);
  if (!tokens) return std::nullopt;
  const auto rate = model.token_rates->output_image, vary = model.tokens_vary;
  return OnePicture{{tokens->low * (1 - vary) * rate, tokens->high * (1 + vary) * rate, tokens->rough},
                    PriceForm::per_token};
}

std::optional<OnePicture> by_seconds(const ModelPrice& model) {
  if (model.per_second.empty() || model.most_seconds <= 0) return std::nullopt;
  const auto [low, high] = std::minmax_element(model.per_second.begin(), model.per_second.end(),
                                               [](const auto& a, const auto& b) { return a.rate < b.rate; });
  return OnePicture{{nanos(low->rate) * model.least_seconds, nanos(high->rate) * model.most_seconds},
                    PriceForm::per_second};
}

std::optional<OnePicture> one_picture(const ModelPrice& model, const PriceQuery& query) {
  if (const auto tokens = by_tokens(model, query)) return tokens;
  if (const auto listed = look_up(model.images, query.quality, query.size))
    return OnePicture{*listed, PriceForm::per_image};
  if (model.per_image) return OnePicture{{nanos(*model.per_image), nanos(*model.per_image)}, PriceForm::per_image};
  const auto size = megapixels(model, pixels_of(query));
  if (model.first_then && has_size(query))
    return OnePicture{first_then(*model.first_then, size), PriceForm::first_then};
  if (model.per_megapixel && has_size(query)) {
    const auto price = nanos(*model.per_megapixel);
    return OnePicture{{price * size.low, price * size.high}, PriceForm::per_megapixel};
  }
  return by_seconds(model);
}

// Nothing where a row bills them, but does not say how much they are.
std::optional<Range> one_reference(const ModelPrice& model, std::int64_t pixels) {
  const auto least = static_cast<double>(std::max<std::int64_t>(pixels, 0));
  const auto most = pixels > 0 ? least : kUnknownReferencePixels;
  const auto flat = model.per_reference ? nanos(*model.per_reference) : 0.0;
  Range sum{flat, flat};
  if (model.first_then) {
    const auto price = nanos(model.first_then->input);
    sum.low += megapixels(model, least).low * price;
    sum.high += megapixels(model, most).high * price;
    sum.rough = pixels <= 0 && price > 0;
  }
  if (!model.token_rates || model.token_rates->input_image <= 0 || model.per_reference) return sum;
  if (model.reference_tokens == 0) return std::nullopt;
  const auto price = static_cast<double>(model.reference_tokens) * model.token_rates->input_image;
  sum.low += price * std::min(1.0, least / kListedReferencePixels);
  sum.high += price * std::max(1.0, most / kListedReferencePixels);
  sum.rough = sum.rough || least != kListedReferencePixels;
  return sum;
}

double text_tokens(const ModelPrice& model, const PriceQuery& query) {
  if (!model.token_rates) return 0;
  const auto chars = utf8_length(query.prompt.text) + utf8_length(query.prompt.negative);
  return std::ceil(static_cast<double>(chars) / kCharsPerToken) * model.token_rates->input_text;
}

double partial_images(const ModelPrice& model, const PriceQuery& query) {
  if (!model.token_rates) return 0;
  return static_cast<double>(model.partial_image_tokens) * query.partial_images * model.token_rates->output_image;
}

double steps_factor(const ModelPrice& model, const PriceQuery& query) {
  if (model.included_steps <= 0 || !query.steps) return 1;
  return std::max(1.0, static_cast<double>(*query.steps) / model.included_steps);
}

// Of a whole call.
Usd billed(const ModelPrice& model, const PriceQuery& query, double amount) {
  return std::max(whole_nanos(amount * (query.batch ? model.batch_factor : 1)), model.minimum);
}

// What a provider has counted, as dollars; nothing where the row does not tell it exactly.
struct CostOf {
  const ModelPrice& model;
  const PriceQuery& bought;

  std::optional<Usd> operator()(const TokenUsage& used) const {
    if (!model.token_rates) return std::nullopt;
    const auto& rates = *model.token_rates;
    return billed(model, bought,
                  static_cast<double>(used.input_text) * rates.input_text +
                      static_cast<double>(used.input_image) * rates.input_image +
                      static_cast<double>(used.output_image) * rates.output_image +
                      static_cast<double>(used.output_text) * rates.output_text);
  }

  std::optional<Usd> operator()(const ImageUsage& used) const {
    if (used.images < 0) return std::nullopt;
    if (used.images == 0) return Usd{};
    auto query = bought;
    query.count = used.images, query.prompt = {};
    const auto cost = estimate_with(model, query);
    const bool is_by_image = cost.form != PriceForm::per_token && cost.form != PriceForm::per_second;
    return is_by_image && !cost.rough && cost.low == cost.high ? cost.amount : std::nullopt;
  }

  std::optional<Usd> operator()(const MegapixelUsage& used) const {
    if (!(used.output >= 0 && used.input >= 0)) return std::nullopt;
    const double count = std::max(1, bought.count);
    const auto output = counted(used.output / count), input = counted(used.input);
    if (output.low != output.high || input.low != input.high) return std::nullopt;
    const auto factor = count * steps_factor(model, bought);
    if (model.first_then) {
      const auto cost = factor * first_then(*model.first_then, output).high + input.high * nanos(model.first_then->input);
      return billed(model, bought, cost);
    }
    if (!model.per_megapixel) return std::nullopt;
    return billed(model, bought, factor * output.high * nanos(*model.per_megapixel));
  }

  std::optional<Usd> operator()(const SecondsUsage& used) const {
    const auto* rate = rate_of(used.hardware);
    if (!rate || !(used.seconds >= 0)) return std::nullopt;
    return billed(model, bought, used.seconds * nanos(rate->rate));
  }

  std::optional<Usd> operator()(const BilledUsage& used) const { return used.amount; }

 private:
  Range counted(double megapixels_used) const {
    return megapixels(model, megapixels_used * static_cast<double>(model.pixels_per_megapixel));
  }

  const SecondRate* rate_of(std::string_view hardware) const {
    const SecondRate* any = nullptr;
    for (const auto& rate : model.per_second) {
      if (rate.hardware == hardware) return &rate;
      if (rate.hardware.empty() || (hardware.empty() && model.per_second.size() == 1)) any = &rate;
    }
    return any;
  }
};

}  // namespace

Range megapixels(const ModelPrice& model, double pixels) {
  const auto count = pixels / static_cast<double>(model.pixels_per_megapixel);
  const auto started = std::ceil(count - 1e-9);  // what arithmetic on doubles leaves is no further one
  switch (model.rounding) {
    case Rounding::up:
      return {started, started};
    case Rounding::exact:
      return {count, count};
    case Rounding::unknown:
      break;
  }
  return {std::min(count, started), started};
}

CostEstimate estimate_with(const ModelPrice& model, const PriceQuery& query) {
  const auto one = one_picture(model, query);
  if (!one) return {};
  const auto pictures = query.count * steps_factor(model, query);
  Range sum{one->nanos.low * pictures, one->nanos.high * pictures, one->nanos.rough};
  for (const auto pixels : query.reference_pixels) {
    const auto reference = one_reference(model, pixels);
    if (!reference) return {};
    sum.low += reference->low, sum.high += reference->high, sum.rough = sum.rough || reference->rough;
  }
  const auto text = text_tokens(model, query);
  const auto low = billed(model, query, sum.low + text);
  const auto high = billed(model, query, sum.high + text + partial_images(model, query));
  return {high, low, high, sum.rough, one->form, "USD", model.date, model.source};
}

std::optional<Usd> cost_of(const ModelPrice& model, const PriceQuery& bought, const Usage& usage) {
  return std::visit(CostOf{model, bought}, usage);
}

}  // namespace imagegen::detail
