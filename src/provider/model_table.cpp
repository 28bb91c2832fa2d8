#include <imagegen/provider/model_table.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "provider/model_data.hpp"

namespace imagegen {
namespace {

using detail::kAnyModel;
using detail::ModelEntry;
using detail::ModelRow;

ModelCapability named(const ModelEntry& entry, std::string_view name) {
  auto capability = entry.capability;
  capability.model = name;
  return capability;
}

// A row for a name that had none of its own: it begins as the row that it was found by.
ModelRow of_its_own(const ModelRow& found, const ModelRow& over) {
  ModelRow row{over.host, over.id, found.fields};
  if (auto* fields = row.fields.if_object()) fields->erase("aliases");
  detail::lay_over(row.fields, over.fields);
  return row;
}

}  // namespace

namespace detail {

void lay_over(boost::json::value& under, const boost::json::value& over) {
  const auto* fields = over.if_object();
  if (fields == nullptr) return;
  auto& object = under.is_object() ? under.get_object() : under.emplace_object();
  for (const auto& field : *fields) object.insert_or_assign(field.key(), field.value());
}

}  // namespace detail

ModelTable::Data::Data(detail::ModelFamilies all_families, std::vector<detail::ModelRow> all_rows)
    : families(std::move(all_families)), rows(std::move(all_rows)) {
  entries.reserve(rows.size());
  for (const auto& row : rows) entries.push_back(detail::to_entry(row, families));
}

const ModelEntry* ModelTable::Data::with_id(std::string_view host, std::string_view id) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const ModelEntry& entry) {
    return entry.host == host && entry.capability.model == id;
  });
  return found == entries.end() ? nullptr : &*found;
}

const ModelEntry* ModelTable::Data::find(std::string_view host, std::string_view name) const {
  if (name == kAnyModel) return nullptr;
  if (const auto* entry = with_id(host, name)) return entry;
  const auto aliased = std::find_if(entries.begin(), entries.end(), [&](const ModelEntry& entry) {
    return entry.host == host && std::find(entry.aliases.begin(), entry.aliases.end(), name) != entry.aliases.end();
  });
  if (aliased != entries.end()) return &*aliased;
  const auto model = detail::undated(name);
  return model ? find(host, *model) : nullptr;
}

const ModelEntry* ModelTable::Data::find_or_any(std::string_view host, std::string_view name) const {
  const auto* entry = find(host, name);
  return entry != nullptr ? entry : with_id(host, kAnyModel);
}

ModelTable::ModelTable(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
ModelTable::ModelTable(ModelTable&&) noexcept = default;
ModelTable::ModelTable(const ModelTable&) = default;
ModelTable& ModelTable::operator=(ModelTable&&) noexcept = default;
ModelTable::~ModelTable() = default;

const ModelTable& ModelTable::built_in() {
  static const ModelTable table = read(detail::built_in_models_json(), nullptr).value();
  return table;
}

Result<ModelTable> ModelTable::parse(std::string_view json) {
  return read(json, &built_in());
}

ModelTable ModelTable::overridden_by(const ModelTable& over) const {
  auto families = data_->families;
  for (const auto& [name, fields] : over.data_->families) detail::lay_over(families[name], fields);
  auto rows = data_->rows;
  for (const auto& row : over.data_->rows) {
    const auto* found = data_->find(row.host, row.id);
    if (found == nullptr) found = data_->with_id(row.host, row.id);  // the row "*"
    if (found == nullptr) {
      rows.push_back(row);
      continue;
    }
    const auto index = static_cast<std::size_t>(found - data_->entries.data());
    if (found->capability.model == row.id) {
      detail::lay_over(rows[index].fields, row.fields);
    } else {
      rows.push_back(of_its_own(data_->rows[index], row));
    }
  }
  return ModelTable(std::make_shared<const Data>(std::move(families), std::move(rows)));
}

std::vector<std::string> ModelTable::hosts() const {
  std::vector<std::string> hosts;
  for (const auto& entry : data_->entries)
    if (std::find(hosts.begin(), hosts.end(), entry.host) == hosts.end()) hosts.push_back(entry.host);
  return hosts;
}

bool ModelTable::knows_host(std::string_view host) const {
  const auto& entries = data_->entries;
  return std::any_of(entries.begin(), entries.end(), [&](const ModelEntry& entry) { return entry.host == host; });
}

std::vector<ModelCapability> ModelTable::of(std::string_view host) const {
  // An alias may have got a row of its own from whoever overrode the table.
  std::set<std::string_view> listed;
  for (const auto& entry : data_->entries)
    if (entry.host == host) listed.insert(entry.capability.model);
  std::vector<ModelCapability> models;
  for (const auto& entry : data_->entries) {
    if (entry.host != host || entry.capability.model == kAnyModel) continue;
    models.push_back(entry.capability);
    for (const auto& alias : entry.aliases)
      if (listed.insert(alias).second) models.push_back(named(entry, alias));
  }
  return models;
}

ModelCapability ModelTable::find(std::string_view host, std::string_view id) const {
  if (const auto* entry = data_->find_or_any(host, id)) return named(*entry, id);
  return detail::to_entry({std::string(host), std::string(id), {}}, {}).capability;
}

ModelFacts ModelTable::facts(std::string_view host, std::string_view id) const {
  const auto* entry = data_->find_or_any(host, id);
  return entry == nullptr ? ModelFacts() : entry->facts;
}

}  // namespace imagegen
