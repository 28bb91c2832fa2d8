#include <imagegen/core/shown_text.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <utility>

#include "json/object_reader.hpp"
#include "provider/model_data.hpp"
#include "provider/model_fields.hpp"

// Reads one family or row of the table of models.
namespace imagegen::detail {
namespace {

using JsonValue = boost::json::value;
using json::describe;
using json::Need;
using json::ObjectReader;

using FieldFaults = std::vector<FieldFault>;

constexpr std::size_t kMostWords = 100;
constexpr std::size_t kMostSizes = 1000;
constexpr std::int64_t kMostFileBytes = std::int64_t{1} << 40;
constexpr std::int64_t kLongestSide = 65'535;  // px, as parse_pixel_size() has it

void add_fault(FieldFaults& faults, std::string_view path, std::string_view expected, const JsonValue& got) {
  faults.push_back({shown(path), "expected " + std::string(expected) + ", got " + describe(got)});
}

std::string entry_of(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

std::optional<PixelSize> size_in(const JsonValue& text, const std::string& path, FieldFaults& faults) {
  if (text.is_string()) {
    if (const auto size = parse_pixel_size(std::string_view(text.get_string()))) return *size;
  }
  add_fault(faults, path, "a size such as \"1024x1024\"", text);
  return std::nullopt;
}

// A square, so that every offer has a size from which anything can be cut.
bool has_square(const SizeRule& rule) {
  const auto least = std::ceil(std::sqrt(static_cast<double>(rule.min_pixels)) / rule.multiple_of);
  const int side = std::max(1, static_cast<int>(least)) * rule.multiple_of;
  return allows(rule, {side, side});
}

SizeRule size_rule(const JsonValue& fields, const std::string& path, FieldFaults& faults) {
  const auto before = faults.size();
  ObjectReader reader(fields, path, faults);
  const auto whole = [&](std::string_view name, std::int64_t most) {
    return reader.integer(name, 1, most, Need::required).value_or(1);
  };
  SizeRule rule;
  rule.multiple_of = static_cast<int>(whole("multiple_of", 4096));
  rule.min_pixels = whole("min_pixels", kLongestSide * kLongestSide);
  rule.max_pixels = whole("max_pixels", kLongestSide * kLongestSide);
  rule.max_side = static_cast<int>(whole("max_side", kLongestSide));
  rule.max_aspect = reader.number("max_aspect", 1, static_cast<double>(kLongestSide), Need::required).value_or(1);
  reader.refuse_unknown();
  if (faults.size() == before && !has_square(rule))
    add_fault(faults, path, "bounds that leave room for a square", fields);
  return rule;
}

SizeList size_list(ObjectReader& reader, FieldFaults& faults) {
  SizeList list;
  const auto* sizes = reader.array("list", kMostSizes, Need::required);
  if (sizes == nullptr) return list;
  for (std::size_t i = 0; i < sizes->size(); ++i) {
    const auto size = size_in((*sizes)[i], entry_of(reader.path_of("list"), i), faults);
    if (size) list.sizes.push_back(*size);
  }
  if (sizes->empty()) reader.fault("list", "expected at least one size, got none");
  return list;
}

// {"1K": {"1:1": "1024x1024", ...}, ...}
RatioList ratio_list(const JsonValue& levels, const std::string& path, FieldFaults& faults) {
  RatioList list;
  const auto* by_level = levels.if_object();
  std::size_t count = 0;
  for (std::size_t i = 0; by_level != nullptr && i < by_level->size(); ++i) {
    const auto& level = by_level->begin()[i];
    const auto place = path + "." + std::string(level.key());
    const auto* by_ratio = level.value().if_object();
    if (by_ratio == nullptr) {
      add_fault(faults, place, "an object of sizes by their ratios", level.value());
      continue;
    }
    count += by_ratio->size();
    for (const auto& shape : *by_ratio) {
      const std::string ratio(shape.key());
      const auto size = size_in(shape.value(), place + "." + ratio, faults);
      if (size) list.sizes.push_back({ratio, std::string(level.key()), *size});
    }
  }
  if (by_level == nullptr || count == 0 || count > kMostSizes)
    add_fault(faults, path, "an object of levels with 1 to " + std::to_string(kMostSizes) + " ratios in all", levels);
  return list;
}

std::optional<SizeOffer> size_offer(const JsonValue& fields, const std::string& path, FieldFaults& faults) {
  const auto before = faults.size();
  ObjectReader reader(fields, path, faults);
  const auto *rule = reader.value("rule"), *ratios = reader.value("ratios"), *server = reader.value("server");
  const bool listed = reader.has("list");
  reader.refuse_unknown();
  const int given = int{rule != nullptr} + int{ratios != nullptr} + int{server != nullptr} + int{listed};
  if (reader.is_object() && given != 1)
    faults.push_back({path, "expected one of rule, list, ratios and server, got " + std::to_string(given)});
  SizeOffer offer;
  if (listed) offer = size_list(reader, faults);
  if (rule != nullptr) offer = size_rule(*rule, reader.path_of("rule"), faults);
  if (ratios != nullptr) offer = ratio_list(*ratios, reader.path_of("ratios"), faults);
  if (server != nullptr)
    offer = ServerDecides{size_in(*server, reader.path_of("server"), faults).value_or(PixelSize{1024, 1024})};
  return faults.size() == before ? std::optional(std::move(offer)) : std::nullopt;
}

std::vector<std::string> words_of(ObjectReader& reader, std::string_view name, FieldFaults& faults,
                                  bool may_be_empty = false) {
  std::vector<std::string> words;
  const auto* texts = reader.array(name, kMostWords, Need::optional);
  for (std::size_t i = 0; texts != nullptr && i < texts->size(); ++i) {
    const auto& text = (*texts)[i];
    if (text.is_string() && (may_be_empty || !text.get_string().empty())) {
      words.emplace_back(text.get_string());
    } else {
      add_fault(faults, entry_of(reader.path_of(name), i), may_be_empty ? "a string" : "a string that is not empty", text);
    }
  }
  return words;
}

std::vector<ImageFormat> formats_of(ObjectReader& reader, FieldFaults& faults) {
  std::vector<ImageFormat> formats;
  const auto words = words_of(reader, "formats", faults);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto format = parse_image_format(words[i]);
    if (format) {
      formats.push_back(*format);
    } else {
      faults.push_back({entry_of(reader.path_of("formats"), i), format.error().message});
    }
  }
  return formats;
}

// Both ends, or null for none.
std::optional<SeedRange> seed_range(const JsonValue& ends, const std::string& path, FieldFaults& faults) {
  if (ends.is_null()) return std::nullopt;
  const auto* both = ends.if_array();
  boost::system::error_code wrong;
  SeedRange range{0, 0};
  if (both != nullptr && both->size() == 2) {
    range.lowest = (*both)[0].to_number<std::uint64_t>(wrong);
    if (!wrong) range.highest = (*both)[1].to_number<std::uint64_t>(wrong);
    if (!wrong && range.lowest <= range.highest) return range;
  }
  add_fault(faults, path, "[lowest, highest], two whole numbers, or null", ends);
  return std::nullopt;
}

std::size_t file_bytes(ObjectReader& reader) {
  return static_cast<std::size_t>(reader.integer("max_bytes", 0, kMostFileBytes, Need::optional).value_or(0));
}

ReferenceRule reference_rule(const JsonValue& fields, const std::string& path, FieldFaults& faults) {
  ReferenceRule rule;
  if (fields.is_null()) return rule;
  ObjectReader reader(fields, path, faults);
  rule.most = static_cast<int>(reader.integer("most", 0, 1000, Need::required).value_or(0));
  rule.max_bytes = file_bytes(reader);
  rule.formats = formats_of(reader, faults);
  rule.by_bytes = reader.flag("by_bytes", true);
  rule.by_url = reader.flag("by_url", false);
  if (!rule.by_bytes && !rule.by_url) add_fault(faults, path, "by_bytes, by_url or both", fields);
  reader.refuse_unknown();
  return rule;
}

MaskRule mask_rule(const JsonValue& fields, const std::string& path, FieldFaults& faults) {
  MaskRule rule;
  if (fields.is_null()) return rule;
  ObjectReader reader(fields, path, faults);
  const auto word = reader.text("polarity", Need::required);
  const auto known = std::find_if(kPolarities.begin(), kPolarities.end(), [&](auto one) { return one.first == word; });
  if (known != kPolarities.end()) {
    rule.sense = known->second;
  } else if (!word.empty()) {
    reader.fault("polarity", "expected none, alpha_zero_edits, white_edits or black_edits, got " + in_quotes(word));
  }
  rule.same_size = reader.flag("same_size", true);
  rule.max_bytes = file_bytes(reader);
  reader.refuse_unknown();
  return rule;
}

PromptLimit prompt_limit(const JsonValue& fields, const std::string& path, FieldFaults& faults) {
  PromptLimit limit;
  ObjectReader reader(fields, path, faults);
  const auto most = reader.integer("most", 1, 10'000'000, Need::required);
  limit.most = static_cast<std::size_t>(most.value_or(static_cast<std::int64_t>(limit.most)));
  const auto unit = reader.has("unit") ? reader.text("unit", Need::required) : "code_points";
  if (unit == "bytes") limit.unit = LengthUnit::bytes;
  if (unit != "bytes" && unit != "code_points")
    reader.fault("unit", "expected code_points or bytes, got " + in_quotes(unit));
  reader.refuse_unknown();
  return limit;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<std::chrono::year_month_day> date_of(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (i == 4 || i == 7 ? text[i] != '-' : !is_digit(text[i])) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t count) {
    unsigned all = 0;
    for (const char c : text.substr(at, count)) all = all * 10 + static_cast<unsigned>(c - '0');
    return all;
  };
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(number(0, 4))),
                                         std::chrono::month(number(5, 2)), std::chrono::day(number(8, 2))};
  return date.ok() ? std::optional(date) : std::nullopt;
}

void put_date(ObjectReader& reader, std::string_view name, std::optional<std::chrono::year_month_day>& into) {
  const auto* given = reader.value(name);
  if (given == nullptr) return;
  into = given->is_string() ? date_of(std::string_view(given->get_string())) : std::nullopt;
  if (!into && !given->is_null())
    reader.fault(name, "expected a date such as \"2026-12-01\", or null, got " + describe(*given));
}

void put_text(ObjectReader& reader, std::string_view name, std::string& into) {
  if (reader.has(name)) into = reader.text(name, Need::optional);
}

}  // namespace

void put_capability(ObjectReader& reader, FieldFaults& faults, ModelCapability& into) {
  if (const auto* sizes = reader.value("sizes")) {
    if (auto offer = size_offer(*sizes, reader.path_of("sizes"), faults)) into.sizes = std::move(*offer);
  }
  // The empty word: that none is sent.
  if (reader.has("qualities")) into.qualities = words_of(reader, "qualities", faults, true);
  put_text(reader, "default_quality", into.default_quality);
  into.max_images = static_cast<int>(reader.integer("max_images", 1, 1000, Need::optional).value_or(into.max_images));
  if (const auto* seed = reader.value("seed")) into.seed = seed_range(*seed, reader.path_of("seed"), faults);
  for (const auto& [name, flag] : kModelFlags) into.*flag = reader.flag(name, into.*flag);
  if (const auto* references = reader.value("references"))
    into.references = reference_rule(*references, reader.path_of("references"), faults);
  if (const auto* mask = reader.value("mask")) into.mask = mask_rule(*mask, reader.path_of("mask"), faults);
  if (reader.has("formats")) into.formats = formats_of(reader, faults);
  if (const auto* prompt = reader.value("prompt"))
    into.prompt = prompt_limit(*prompt, reader.path_of("prompt"), faults);
}

void put_retirement(ObjectReader& reader, Retirement& into) {
  put_text(reader, "replacement", into.replacement);
  put_date(reader, "retires", into.date);
}

namespace {

// What families may say as well as rows.
void put_common(ObjectReader& reader, FieldFaults& faults, ModelEntry& into) {
  put_capability(reader, faults, into.capability);
  put_text(reader, "dialect", into.facts.dialect);
  put_text(reader, "note", into.facts.note);
}

void put_row(ObjectReader& reader, FieldFaults& faults, ModelEntry& into) {
  put_common(reader, faults, into);
  put_text(reader, "family", into.facts.family);
  put_text(reader, "source", into.facts.source);
  put_retirement(reader, into.capability.retirement);
  put_date(reader, "released", into.facts.released);
  put_date(reader, "checked_on", into.facts.checked_on);
  if (reader.has("aliases")) into.aliases = words_of(reader, "aliases", faults);
}

}  // namespace

std::optional<std::string_view> undated(std::string_view id) {
  constexpr std::size_t kDate = 11;  // "-2026-04-21"
  if (id.size() <= kDate || id[id.size() - kDate] != '-') return std::nullopt;
  if (!date_of(id.substr(id.size() - kDate + 1))) return std::nullopt;
  return id.substr(0, id.size() - kDate);
}

ModelEntry to_entry(const ModelRow& row, const ModelFamilies& families) {
  FieldFaults ignored;
  ModelEntry entry;
  entry.host = row.host;
  entry.capability.model = row.id;
  entry.capability.sizes = SizeList{{{1024, 1024}}};
  entry.capability.known = row.fields.is_object() && row.id != kAnyModel;
  ObjectReader reader(row.fields, "", ignored);
  if (const auto family = families.find(reader.text("family", Need::optional)); family != families.end()) {
    ObjectReader below(family->second, "", ignored);
    put_common(below, ignored, entry);
  }
  put_row(reader, ignored, entry);
  return entry;
}

JsonValue read_family(const JsonValue& fields, const std::string& path, FieldFaults& faults) {
  ModelEntry unused;
  ObjectReader reader(fields, path, faults);
  put_common(reader, faults, unused);
  reader.refuse_unknown();
  return fields;
}

ModelRow read_model_row(const JsonValue& fields, const std::string& path, FieldFaults& faults) {
  ModelEntry unused;
  ObjectReader reader(fields, path, faults);
  auto host = reader.text("host", Need::required);
  auto id = reader.text("id", Need::required);
  put_row(reader, faults, unused);
  reader.refuse_unknown();
  return {std::move(host), std::move(id), fields};
}

}  // namespace imagegen::detail
