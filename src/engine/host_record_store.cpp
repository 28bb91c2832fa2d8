#include <imagegen/maker/record/store_parts.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <limits>

#include "engine/host_part.hpp"
#include "json/write.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;
using json::Need;
using json::ObjectReader;

js::object to_pairs(const std::vector<RecordKey>& keys) {
  js::object made;
  for (const RecordKey& key : keys) made[key.name] = key.value;
  return made;
}

// A document that check_changes() has written.
js::object to_object(const CheckedChange& checked) {
  const RecordChange& change = checked.change;
  js::object made{{"collection", change.collection->name}, {"id", change.id}};
  made["document"] = change.document ? js::parse(*change.document) : js::value(nullptr);
  if (change.document) made["created"] = to_unix_ms(change.created), made["keys"] = to_pairs(checked.keys);
  if (change.document && change.moves) made["moves"] = true;
  if (change.expected) made["expected"] = *change.expected;
  return made;
}

constexpr std::int64_t kMostRevision = std::numeric_limits<std::int64_t>::max();

Record read_record(ObjectReader& root, const js::value& value, const std::string& path) {
  constexpr std::int64_t kFarMs = kMostRevision / 1'000'000;
  std::vector<FieldFault> faults;
  ObjectReader part(value, path, faults);
  Record record;
  record.id = part.text("id", Need::required);
  if (!is_record_id(record.id)) part.fault("id", "expected 1 to 128 of A-Z a-z 0-9 . _ -");
  record.created = from_unix_ms(part.integer("created", -kFarMs, kFarMs, Need::required).value_or(0));
  record.revision = part.integer("revision", 1, kMostRevision, Need::required).value_or(1);
  const auto* document = part.value("document");
  if (document == nullptr || !document->is_object())
    part.fault("document", "expected an object");
  else
    record.document = json::write(*document);
  for (const auto& fault : faults) root.fault(fault.path, fault.message);
  return record;
}

std::vector<Record> read_records(ObjectReader& root, int most) {
  std::vector<Record> found;
  const auto* list = root.array("records", static_cast<std::size_t>(most), Need::required);
  if (list == nullptr) return found;
  for (std::size_t i = 0; i < list->size(); ++i)
    found.push_back(read_record(root, (*list)[i], "records[" + std::to_string(i) + "]"));
  return found;
}

// By the place that each change was given at.
std::vector<std::int64_t> read_revisions(ObjectReader& root, const std::vector<CheckedChange>& changes) {
  std::vector<std::int64_t> revisions(changes.size());
  const auto* list = root.array("revisions", changes.size(), Need::required);
  if (list == nullptr) return revisions;
  const auto fits = [](const js::value& value) { return value.is_int64() && value.get_int64() >= 0; };
  if (list->size() != changes.size() || !std::all_of(list->begin(), list->end(), fits)) {
    root.fault("revisions", "expected a number for each change, in their order");
    return revisions;
  }
  for (std::size_t i = 0; i < changes.size(); ++i) revisions[changes[i].place] = (*list)[i].get_int64();
  return revisions;
}

// One more than wanted, which tells whether there is another page.
js::object to_arguments(const RecordQuery& query, const std::optional<RecordCursor>& after) {
  js::object where;
  for (const auto& [key, value] : query.where) where[key] = value;
  js::object made{{"collection", query.collection->name}, {"where", std::move(where)}, {"limit", query.limit + 1}};
  if (after) made["after"] = js::object{{"created", to_unix_ms(after->created)}, {"id", after->id}};
  return made;
}

class HostRecords final : public RecordStore {
 public:
  HostRecords(HostPartLink link, RecordCapability capability) : link_(std::move(link)), capability_(capability) {}

  RecordCapability capability() const override { return capability_; }

  Task<Result<std::vector<std::int64_t>>> write(std::vector<RecordChange> changes) override {
    const auto checked = check_changes(std::move(changes));
    if (!checked) co_return checked.error();
    if (checked->empty()) co_return std::vector<std::int64_t>();
    js::array given;
    for (const CheckedChange& change : *checked) given.push_back(to_object(change));
    js::object arguments{{"changes", std::move(given)}};
    const auto answer = co_await link_.ask("write", std::move(arguments));
    if (!answer) co_return answer.error();
    co_return read_answer("records.write", answer->document,
                          [&checked](ObjectReader& root) { return read_revisions(root, *checked); });
  }

  Task<Result<std::optional<Record>>> find(const RecordCollection& collection, std::string id) override {
    if (!is_record_id(id)) co_return std::optional<Record>();
    js::object arguments{{"collection", collection.name}, {"id", id}};
    const auto answer = co_await link_.ask("find", std::move(arguments));
    if (!answer) co_return answer.error();
    const auto* record = answer->document.if_contains("record");
    if (!record || record->is_null()) co_return std::optional<Record>();
    co_return read_answer("records.find", answer->document, [](ObjectReader& root) {
      return std::optional<Record>(read_record(root, *root.value("record"), "record"));
    });
  }

  Task<Result<RecordPage>> list(RecordQuery query) override {
    const auto after = check_query(query);
    if (!after) co_return after.error();
    auto arguments = to_arguments(query, *after);
    const auto answer = co_await link_.ask("list", std::move(arguments));
    if (!answer) co_return answer.error();
    co_return read_answer("records.list", answer->document, [&query](ObjectReader& root) {
      return to_page(read_records(root, query.limit + 1), query.limit);
    });
  }

 private:
  HostPartLink link_;
  const RecordCapability capability_;
};

}  // namespace

Result<std::unique_ptr<RecordStore>> make_host_records(HostPartLink link, const js::value& capability) {
  std::vector<FieldFault> faults;
  ObjectReader reader(capability, "", faults);
  const RecordCapability read{reader.flag("atomic", true)};
  reader.refuse_unknown();
  if (!faults.empty()) return to_error("the capability of the host's records is wrong:", faults);
  return std::unique_ptr<RecordStore>(std::make_unique<HostRecords>(std::move(link), read));
}

}  // namespace imagegen
