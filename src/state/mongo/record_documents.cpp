#include "state/mongo/record_documents.hpp"

#include <boost/json.hpp>

#include <cmath>
#include <limits>

#include "json/object_reader.hpp"
#include "json/write.hpp"
#include "state/mongo/collections.hpp"

namespace imagegen::mongo {
namespace {

namespace js = boost::json;

constexpr std::size_t kLargestWritten = 1U << 20U;  // check_change() lets less pass

Document to_fields(const js::object& object);

void put_integer(Document& made, std::string_view name, std::int64_t number) {
  const bool small = number >= std::numeric_limits<int>::min() && number <= std::numeric_limits<int>::max();
  small ? made.integer(name, static_cast<int>(number)) : made.number(name, number);
}

void put_value(Document& made, std::string_view name, const js::value& value) {
  if (value.is_null()) made.null(name);
  if (const auto* text = value.if_string()) made.text(name, *text, "record document");
  if (const auto* number = value.if_int64()) put_integer(made, name, *number);
  if (const auto* real = value.if_double()) made.real(name, *real);
  if (const auto* flag = value.if_bool()) made.flag(name, *flag);
  if (const auto* object = value.if_object()) made.document(name, to_fields(*object));
  if (const auto* list = value.if_array()) {
    Document elements;
    for (std::size_t i = 0; i < list->size(); ++i) put_value(elements, std::to_string(i), (*list)[i]);
    made.array(name, elements);
  }
}

Document to_fields(const js::object& object) {
  Document made;
  for (const auto& [name, value] : object) put_value(made, name, value);
  return made;
}

std::string hex_of(const bson_oid_t& id) {
  std::array<char, 25> text{};
  bson_oid_to_string(&id, text.data());
  return text.data();
}

// Nothing for what JSON does not know.
std::optional<js::value> to_json(const bson_iter_t& at);

std::optional<js::value> to_json_inside(const bson_iter_t& at) {
  bson_iter_t inner;
  if (!bson_iter_recurse(&at, &inner)) return std::nullopt;
  js::object object;
  js::array list;
  const bool is_list = BSON_ITER_HOLDS_ARRAY(&at);
  while (bson_iter_next(&inner)) {
    auto value = to_json(inner);
    if (!value) return std::nullopt;
    if (is_list)
      list.push_back(std::move(*value));
    else
      object[bson_iter_key(&inner)] = std::move(*value);
  }
  return is_list ? js::value(std::move(list)) : js::value(std::move(object));
}

std::optional<js::value> to_json(const bson_iter_t& at) {
  switch (bson_iter_type(&at)) {
    case BSON_TYPE_NULL:
      return js::value(nullptr);
    case BSON_TYPE_BOOL:
      return js::value(bson_iter_bool(&at));
    case BSON_TYPE_INT32:
    case BSON_TYPE_INT64:
      return js::value(bson_iter_as_int64(&at));
    case BSON_TYPE_DOUBLE:
      return std::isfinite(bson_iter_double(&at)) ? std::optional<js::value>(bson_iter_double(&at)) : std::nullopt;
    case BSON_TYPE_UTF8: {
      std::uint32_t size = 0;
      const char* text = bson_iter_utf8(&at, &size);
      return js::value(std::string_view(text, size));
    }
    case BSON_TYPE_DATE_TIME:
      return js::value(to_rfc3339(from_unix_ms(bson_iter_date_time(&at))));
    case BSON_TYPE_OID:
      return js::value(hex_of(*bson_iter_oid(&at)));
    case BSON_TYPE_DOCUMENT:
    case BSON_TYPE_ARRAY:
      return to_json_inside(at);
    default:
      return std::nullopt;
  }
}

// The fields of its own. False when one of them is nothing that JSON knows.
bool take_fields(const Document& document, js::object& own, Reader& read) {
  bson_iter_t at;
  if (!bson_iter_init(&at, document.get())) return false;
  while (bson_iter_next(&at)) {
    const char* name = bson_iter_key(&at);
    if (*name == '_') continue;
    auto value = to_json(at);
    if (!value) read.refuse(name, "what JSON knows");
    if (value) own[name] = std::move(*value);
  }
  return !read.fault();
}

Document record_index(const std::string& name, std::string_view key) {
  Document made, fields;
  if (!key.empty()) fields.integer(key, 1);
  fields.integer(kCreated, -1).integer("_id", -1);
  made.document("key", fields).text("name", name);
  return made;
}

Document only(const std::string& id) {
  Document filter;
  filter.text("_id", id, "record id");
  return filter;
}

Document seen_fields() {
  Document fields;
  fields.integer(kCreated, 1).integer(kRevision, 1).integer(kChangeSet, 1);
  return fields;
}

Result<SeenRecord> to_seen(const Document& document, const std::string& name) {
  Reader read(document, name);
  SeenRecord seen;
  seen.there = true;
  seen.state.revision = read.number(kRevision);
  if (seen.state.revision > 0) seen.state.created = read.time(kCreated);
  if (read.has(kChangeSet)) seen.held_by = read.id(kChangeSet);
  if (read.fault()) return *read.fault();
  return seen;
}

}  // namespace

std::string mongo_name(std::string_view collection) {
  return kRecordsPrefix + std::string(collection);
}

Result<void> make_record_indexes(MongoDatabase& database, const RecordCollection& collection) {
  std::vector<Document> indexes;
  indexes.push_back(record_index("newest", {}));
  for (const std::string_view key : collection.keys) indexes.push_back(record_index("by_" + std::string(key), key));
  Document command;
  command.text("createIndexes", mongo_name(collection.name)).documents("indexes", indexes);
  return database.command(command);
}

Result<Document> to_document(const RecordChange& change, const RecordState& state) {
  const auto own = json::parse(*change.document, kLargestWritten);
  if (!own) return own.error();
  auto made = only(change.id);
  if (const auto* object = own->if_object()) made.all_of(to_fields(*object));
  made.time(kCreated, state.created).number(kRevision, state.revision);
  return made;
}

Result<Record> to_record(const Document& document, std::string_view collection) {
  Reader read(document, "a record of " + std::string(collection));
  Record record;
  record.id = read.text("_id");
  if (!read.fault()) read.set_what(record_name(collection, record.id));
  record.created = read.time(kCreated), record.revision = read.number(kRevision);
  js::object own;
  if (!take_fields(document, own, read) && read.fault()) return *read.fault();
  record.document = json::write(own);
  return record;
}

Result<SeenRecord> look_at_record(MongoDatabase& database, std::string_view collection, const std::string& id) {
  const auto found = database.find_one(mongo_name(collection).c_str(), only(id), seen_fields());
  if (!found) return found.error();
  return *found ? to_seen(**found, record_name(collection, id)) : SeenRecord();
}

Result<std::map<std::string, SeenRecord>> look_at_records(MongoDatabase& database, std::string_view collection,
                                                          const std::vector<std::string>& ids) {
  FindOptions options;
  options.fields = seen_fields();
  const auto found = database.find(mongo_name(collection).c_str(), in("_id", ids, "record id"), options);
  if (!found) return found.error();
  std::map<std::string, SeenRecord> all;
  for (const Document& document : *found) {
    const auto id = Reader(document, "a record").text("_id");
    const auto seen = to_seen(document, record_name(collection, id));
    if (!seen) return seen.error();
    all.emplace(id, *seen);
  }
  return all;
}

Document as_seen(const std::string& id, const SeenRecord& seen) {
  auto filter = only(id);
  filter.number(kRevision, seen.state.revision).time(kCreated, seen.state.created);
  filter.document(kChangeSet, Document().flag("$exists", false));
  return filter;
}

Document held(const std::string& id, const ObjectId& set) {
  auto filter = only(id);
  filter.id(kChangeSet, set);
  return filter;
}

}  // namespace imagegen::mongo
