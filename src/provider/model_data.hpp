#pragma once
#include <imagegen/core/field_fault.hpp>
#include <imagegen/provider/model_table.hpp>

#include <boost/json/value.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imagegen {

namespace detail {

std::string_view built_in_models_json();

// The name of the row that stands for all models of a host that have none.
inline constexpr std::string_view kAnyModel = "*";

using ModelFamilies = std::map<std::string, boost::json::value, std::less<>>;

// The object of a row, or several laid over one another.
struct ModelRow {
  std::string host, id;
  boost::json::value fields;
};

// What a row comes to.
struct ModelEntry {
  std::string host;
  ModelCapability capability;
  ModelFacts facts;
  std::vector<std::string> aliases;
};

// With the fields of its family, if there is such a one, and its own over them. Faults are passed over.
ModelEntry to_entry(const ModelRow& row, const ModelFamilies& families);

// Both of any text, the first with faults for what is wrong.
boost::json::value read_family(const boost::json::value& value, const std::string& path,
                               std::vector<FieldFault>& faults);
ModelRow read_model_row(const boost::json::value& value, const std::string& path, std::vector<FieldFault>& faults);

// "gpt-image-2" of "gpt-image-2-2026-04-21", and nothing of a name without a date.
std::optional<std::string_view> undated(std::string_view id);

// Where both are objects, the fields of `over` take the place of those of `under`.
void lay_over(boost::json::value& under, const boost::json::value& over);

}  // namespace detail

struct ModelTable::Data {
  detail::ModelFamilies families;
  std::vector<detail::ModelRow> rows;
  std::vector<detail::ModelEntry> entries;  // one for each row, in the same order

  Data(detail::ModelFamilies all_families, std::vector<detail::ModelRow> all_rows);
  const detail::ModelEntry* with_id(std::string_view host, std::string_view id) const;
  // By id, alias or dated name; null for a model without a row.
  const detail::ModelEntry* find(std::string_view host, std::string_view name) const;
  // The row "*" where there is no other.
  const detail::ModelEntry* find_or_any(std::string_view host, std::string_view name) const;
};

}  // namespace imagegen
