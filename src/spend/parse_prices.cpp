#include <boost/json.hpp>

#include <algorithm>

#include "json/object_reader.hpp"
#include "spend/price_data.hpp"

namespace imagegen {
namespace {

using detail::Listed;
using detail::ModelPrice;
using detail::Range;
using detail::Rounding;
using detail::TokenRates;
using json::Need;
using json::ObjectReader;

using Faults = std::vector<FieldFault>;

// Under kMostUsd, because a price is multiplied by how much is bought.
constexpr Usd kHighestPrice{1'000'000'000'000'000};
constexpr std::size_t kMostEntries = 10'000;
constexpr std::size_t kLargestTable = 4U << 20U;  // bytes
constexpr std::int64_t kMostPictureTokens = 10'000'000;
constexpr std::int64_t kMostPixels = 1'000'000'000'000;
constexpr double kMostSeconds = 1e6;
constexpr std::array<std::string_view, 5> kFailures = {"prompt_refused", "result_refused", "failed", "cancelled",
                                                       "not_started"};  // by FailedCall

std::string indexed(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

std::optional<Usd> dollars(ObjectReader& reader, std::string_view name, Need need) {
  return reader.dollars(name, need, kHighestPrice);
}

Usd dollars_or_none(ObjectReader& reader, std::string_view name) {
  return dollars(reader, name, Need::optional).value_or(Usd{});
}

// Calls `read` with a reader of each object of the array `name`, if there is one.
template <class Read>
void read_each(ObjectReader& reader, std::string_view name, Faults& faults, Need need, const Read& read) {
  const auto* list = reader.array(name, kMostEntries, need);
  for (std::size_t i = 0; list && i < list->size(); ++i)
    read(ObjectReader((*list)[i], indexed(reader.path_of(name), i), faults));
}

// Calls `read` with each word of the object `name`, if there is one: {"low": ..., "high": ...}.
template <class Read>
void read_words(ObjectReader& reader, std::string_view name, Faults& faults, const Read& read) {
  const auto* value = reader.value(name);
  if (!value) return;
  ObjectReader words(*value, reader.path_of(name), faults);
  if (!words.is_object()) return;
  for (const auto& field : value->get_object()) read(words, std::string(field.key()));
}

std::optional<TokenRates> token_rates(ObjectReader& model, Faults& faults) {
  const auto* value = model.value("per_million_tokens");
  if (!value) return std::nullopt;
  ObjectReader reader(*value, model.path_of("per_million_tokens"), faults);
  const auto rate = [&](std::string_view name) {
    return static_cast<double>(dollars_or_none(reader, name).nanos) / 1e6;
  };
  return TokenRates{rate("input_text"), rate("input_image"), rate("output_image"), rate("output_text")};
}

std::optional<PixelSize> read_size(ObjectReader& reader) {
  const auto size = parse_pixel_size(reader.text("size", Need::required));
  if (size) return *size;
  reader.fault("size", size.error().message);
  return std::nullopt;
}

// One entry for a quality, or one for several: {"quality", "size", "price"} or {"size", "prices": {"low": ...}}.
void read_image(ObjectReader reader, Faults& faults, std::vector<Listed>& out) {
  const auto size = read_size(reader);
  const auto reach = reader.integer("up_to_pixels", 1, kMostPixels, Need::optional).value_or(0);
  const auto add = [&](std::string quality, std::optional<Usd> price, std::optional<Usd> low) {
    if (!size || !price) return;
    const auto least = static_cast<double>(low.value_or(*price).nanos);
    out.push_back({std::move(quality), *size, reach, {least, static_cast<double>(price->nanos)}});
  };
  if (reader.has("prices")) {
    return read_words(reader, "prices", faults, [&](ObjectReader& words, const std::string& word) {
      add(word, dollars(words, word, Need::required), std::nullopt);
    });
  }
  const auto quality = reader.text("quality", Need::optional);
  const auto price = dollars(reader, "price", Need::required), low = dollars(reader, "low", Need::optional);
  if (price && low && *low > *price) reader.fault("low", "expected at most `price`, got " + to_string(*low));
  add(quality, price, low);
}

// 1756, or [1568, 1584] where it differs.
std::optional<Range> read_token_range(ObjectReader& words, const std::string& word) {
  const auto* value = words.value(word);
  const auto* pair = value ? value->if_array() : nullptr;
  if (!pair) {
    const auto tokens = words.integer(word, 0, kMostPictureTokens, Need::required);
    if (!tokens) return std::nullopt;
    return Range{static_cast<double>(*tokens), static_cast<double>(*tokens)};
  }
  const bool are_numbers = pair->size() == 2 && (*pair)[0].is_int64() && (*pair)[1].is_int64();
  const auto low = are_numbers ? (*pair)[0].get_int64() : 0, high = are_numbers ? (*pair)[1].get_int64() : 0;
  if (are_numbers && low >= 0 && low <= high && high <= kMostPictureTokens)
    return Range{static_cast<double>(low), static_cast<double>(high)};
  words.fault(word, "expected a number of tokens or [least, most], got " + json::describe(*value));
  return std::nullopt;
}

void read_image_tokens(ObjectReader reader, Faults& faults, std::vector<Listed>& out) {
  const auto size = read_size(reader);
  if (!reader.has("tokens")) reader.fault("tokens", "expected an object with a number for each quality, got nothing");
  read_words(reader, "tokens", faults, [&](ObjectReader& words, const std::string& word) {
    const auto tokens = read_token_range(words, word);
    if (size && tokens) out.push_back({word, *size, 0, *tokens});
  });
}

void read_first_then(ObjectReader& model, Faults& faults, ModelPrice& price) {
  const auto* value = model.value("first_then");
  if (!value) return;
  ObjectReader reader(*value, model.path_of("first_then"), faults);
  const auto first = dollars(reader, "first", Need::required), then = dollars(reader, "then", Need::required);
  if (first && then) price.first_then = {*first, *then, dollars_or_none(reader, "input")};
}

void read_megapixels(ObjectReader& model, ModelPrice& price) {
  price.per_megapixel = dollars(model, "per_megapixel", Need::optional);
  price.pixels_per_megapixel =
      model.integer("pixels_per_megapixel", 1, kMostPixels, Need::optional).value_or(price.pixels_per_megapixel);
  if (!model.has("rounding")) return;
  const auto word = model.text("rounding", Need::required);
  if (word == "up") price.rounding = Rounding::up;
  if (word == "exact") price.rounding = Rounding::exact;
  if (word == "unknown") price.rounding = Rounding::unknown;
  if (word != "up" && word != "exact" && word != "unknown")
    model.fault("rounding", "expected up, exact or unknown, got \"" + word + "\"");
}

void read_seconds(ObjectReader& model, Faults& faults, ModelPrice& price) {
  read_each(model, "per_second", faults, Need::optional, [&](ObjectReader reader) {
    const auto hardware = reader.text("hardware", Need::optional);
    if (const auto rate = dollars(reader, "rate", Need::required)) price.per_second.push_back({hardware, *rate});
  });
  price.most_seconds = model.number("most_seconds", 0, kMostSeconds, Need::optional).value_or(0);
  price.least_seconds = model.number("least_seconds", 0, kMostSeconds, Need::optional).value_or(0);
  if (price.least_seconds > price.most_seconds) model.fault("least_seconds", "expected at most `most_seconds`");
}

std::optional<Billing> billing_word(ObjectReader& reader, std::string_view name) {
  const auto word = reader.text(name, Need::required);
  if (word == "yes") return Billing::yes;
  if (word == "no") return Billing::no;
  if (word == "maybe") return Billing::maybe;
  reader.fault(name, "expected yes, no or maybe, got \"" + word + "\"");
  return std::nullopt;
}

// One word for all failures, or {"prompt_refused": "no", ...}.
detail::FailureBilling failure_billing(ObjectReader& reader, Faults& faults) {
  detail::FailureBilling billing;
  const auto* value = reader.value("billed_on_failure");
  if (!value) return billing;
  if (value->is_string()) {
    billing.fill(billing_word(reader, "billed_on_failure"));
    return billing;
  }
  ObjectReader words(*value, reader.path_of("billed_on_failure"), faults);
  for (std::size_t i = 0; i < kFailures.size(); ++i)
    if (words.has(kFailures[i])) billing[i] = billing_word(words, kFailures[i]);
  words.refuse_unknown();
  return billing;
}

ModelPrice read_price(ObjectReader& reader, Faults& faults) {
  ModelPrice price;
  price.date = reader.text("date", Need::required);
  price.source = reader.text("source", Need::required);
  if (reader.has("currency") && reader.text("currency", Need::required) != "USD")
    reader.fault("currency", "expected USD, because budgets and the ledger count in US dollars");
  price.per_image = dollars(reader, "per_image", Need::optional);
  read_megapixels(reader, price);
  read_first_then(reader, faults, price);
  read_seconds(reader, faults, price);
  price.token_rates = token_rates(reader, faults);
  price.per_reference = dollars(reader, "per_reference", Need::optional);
  price.minimum = dollars_or_none(reader, "minimum");
  const auto count = [&reader](std::string_view name) {
    return reader.integer(name, 0, kMostPictureTokens, Need::optional).value_or(0);
  };
  price.reference_tokens = count("reference_tokens");
  price.partial_image_tokens = count("partial_image_tokens");
  price.included_steps = static_cast<int>(count("included_steps"));
  price.tokens_vary = reader.number("tokens_vary", 0, 1, Need::optional).value_or(0);
  price.batch_factor = reader.number("batch_factor", 0, 1, Need::optional).value_or(1);
  price.billed_on_failure = failure_billing(reader, faults);
  read_each(reader, "images", faults, Need::optional,
            [&](ObjectReader image) { read_image(std::move(image), faults, price.images); });
  read_each(reader, "image_tokens", faults, Need::optional,
            [&](ObjectReader image) { read_image_tokens(std::move(image), faults, price.image_tokens); });
  return price;
}

std::vector<std::string> model_names(ObjectReader& reader) {
  std::vector<std::string> names{reader.text("model", Need::required)};
  const auto* also = reader.array("also", kMostEntries, Need::optional);
  for (std::size_t i = 0; also && i < also->size(); ++i) {
    const auto* name = (*also)[i].if_string();
    if (name) names.emplace_back(*name);
    if (!name) reader.fault(indexed("also", i), "expected the name of a model, got " + json::describe((*also)[i]));
  }
  return names;
}

}  // namespace

Result<PriceTable> PriceTable::parse(std::string_view text) {
  const auto document = json::parse(text, kLargestTable);
  if (!document) return in_context(document.error(), "prices");
  Faults faults;
  Data data;
  ObjectReader root(*document, "", faults);
  read_each(root, "models", faults, Need::required, [&](ObjectReader reader) {
    const auto provider = reader.text("provider", Need::required);
    const auto price = read_price(reader, faults);
    for (auto& model : model_names(reader)) data.models.insert_or_assign({provider, std::move(model)}, price);
  });
  read_each(root, "hosts", faults, Need::optional, [&](ObjectReader reader) {
    auto provider = reader.text("provider", Need::required);
    data.hosts.insert_or_assign(std::move(provider), failure_billing(reader, faults));
  });
  if (!faults.empty()) return to_error("prices: wrong fields", faults);
  return PriceTable(std::make_shared<const Data>(std::move(data)));
}

}  // namespace imagegen
