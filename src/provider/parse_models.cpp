#include <imagegen/core/shown_text.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "json/object_reader.hpp"
#include "provider/model_data.hpp"

namespace imagegen {
namespace {

using detail::ModelEntry;
using detail::ModelFamilies;
using detail::ModelRow;
using json::Need;
using json::ObjectReader;

constexpr std::size_t kMostModelRows = 10'000;
constexpr std::size_t kLargestModelTable = 4U << 20U;  // bytes

using TableFaults = std::vector<FieldFault>;

std::string row_path(std::size_t index) {
  return "models[" + std::to_string(index) + "]";
}

ModelFamilies read_families(ObjectReader& root, TableFaults& faults) {
  ModelFamilies families;
  const auto* given = root.value("families");
  if (given == nullptr) return families;
  const auto* named = given->if_object();
  if (named == nullptr || named->size() > kMostModelRows) {
    root.fault("families", "expected an object of at most " + std::to_string(kMostModelRows) + " families, got " +
                               json::describe(*given));
    return families;
  }
  for (const auto& family : *named) {
    const std::string name(family.key());
    families.insert_or_assign(name, detail::read_family(family.value(), "families." + name, faults));
  }
  return families;
}

std::vector<ModelRow> read_rows(ObjectReader& root, TableFaults& faults) {
  std::vector<ModelRow> rows;
  const auto* given = root.array("models", kMostModelRows, Need::optional);
  for (std::size_t i = 0; given != nullptr && i < given->size(); ++i)
    rows.push_back(detail::read_model_row((*given)[i], row_path(i), faults));
  return rows;
}

// A name leads to one row. \param entries Of the rows of the document.
void check_names(const std::vector<ModelEntry>& entries, TableFaults& faults) {
  std::set<std::pair<std::string_view, std::string_view>> taken;
  const auto check = [&](const ModelEntry& entry, const std::string& name, const std::string& path) {
    if (!taken.emplace(entry.host, name).second)
      faults.push_back({path, "expected a name that no other row of the host has, got " + in_quotes(name)});
  };
  for (std::size_t i = 0; i < entries.size(); ++i) {
    check(entries[i], entries[i].capability.model, row_path(i) + ".id");
    for (const auto& alias : entries[i].aliases) check(entries[i], alias, row_path(i) + ".aliases");
  }
}

bool has_default(const ModelCapability& model) {
  const auto& words = model.qualities;
  return words.empty() || std::find(words.begin(), words.end(), model.default_quality) != words.end();
}

// Where the reader of the document can mend an entry that it spoils: in its row, or else in the family.
std::string place_of(const ModelEntry& entry, const std::vector<ModelRow>& rows) {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const ModelRow& candidate) {
    return candidate.host == entry.host && candidate.id == entry.capability.model;
  });
  if (row == rows.end()) return "families." + shown(entry.facts.family);
  return row_path(static_cast<std::size_t>(row - rows.begin()));
}

// \param whole The entries of the document and of the table below it.
void check_qualities(const std::vector<ModelEntry>& whole, const std::vector<ModelRow>& rows, TableFaults& faults) {
  for (const auto& entry : whole) {
    const auto& model = entry.capability;
    if (has_default(model)) continue;
    std::string words;
    for (const auto& word : model.qualities) words.append(words.empty() ? "" : ", ").append(word);
    faults.push_back({place_of(entry, rows) + ".default_quality",
                      "expected one of " + shown(words) + ", got " + in_quotes(model.default_quality)});
  }
}

void check_families(const std::vector<ModelRow>& rows, const std::vector<ModelEntry>& entries,
                    const ModelFamilies& families, TableFaults& faults) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& family = entries[i].facts.family;
    if (!family.empty() && families.find(family) == families.end())
      faults.push_back({row_path(i) + ".family", "expected a family of this table or of the built-in one, got " +
                                                     in_quotes(family)});
  }
}

}  // namespace

Result<ModelTable> ModelTable::read(std::string_view text, const ModelTable* under) {
  const auto document = json::parse(text, kLargestModelTable);
  if (!document) return in_context(document.error(), "models");
  TableFaults faults;
  ObjectReader root(*document, "", faults);
  root.value("note");
  auto families = read_families(root, faults);
  auto rows = read_rows(root, faults);
  root.refuse_unknown();
  ModelTable table(std::make_shared<const Data>(std::move(families), std::move(rows)));
  const auto whole = under == nullptr ? table : under->overridden_by(table);
  check_names(table.data_->entries, faults);
  check_families(table.data_->rows, table.data_->entries, whole.data_->families, faults);
  if (faults.empty()) check_qualities(whole.data_->entries, table.data_->rows, faults);
  if (!faults.empty()) return to_error("models: wrong fields", faults);
  return table;
}

}  // namespace imagegen
