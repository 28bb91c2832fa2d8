#include <imagegen/maker/record/store_parts.hpp>

#include <imagegen/core/utf8.hpp>

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>
#include <utility>

#include "record/limits.hpp"
#include "record/record_document.hpp"

namespace imagegen {
namespace {

constexpr std::size_t kLongestRecordId = 128, kLongestCollection = 32, kLongestKeyName = 64, kMostKeys = 8;
constexpr std::size_t kLongestColumn = 63, kMostColumns = 64;
constexpr int kLargestRecordPage = 1000;

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_collection_name(std::string_view name) {
  const auto fits = [](char c) { return is_lower_or_digit(c) || c == '_'; };
  return !name.empty() && name.size() <= kLongestCollection && std::all_of(name.begin(), name.end(), fits);
}

bool is_key_name(std::string_view name) {
  const auto fits = [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= kLongestKeyName && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(), fits);
}

bool is_column_name(std::string_view name) {
  const auto fits = [](char c) { return is_lower_or_digit(c) || c == '_'; };
  return !name.empty() && name.size() <= kLongestColumn && name.front() >= 'a' && name.front() <= 'z' &&
         std::all_of(name.begin(), name.end(), fits);
}

// A field inside another, of names as fields have them.
bool is_path(std::string_view path) {
  for (;;) {
    const auto dot = path.find('.');
    if (!is_key_name(path.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    path = path.substr(dot + 1);
  }
}

// They stand in the text of a statement.
bool is_column(const RecordColumn& column) {
  const auto field = column.field;
  return is_column_name(column.name) && (field == "$id" || field == "$created" || field == "$revision" || is_path(field));
}

bool has_one_name_twice(std::span<const RecordColumn> columns) {
  std::set<std::string_view> names;
  for (const RecordColumn& column : columns) names.insert(column.name);
  return names.size() < columns.size();
}

// SQLite keeps names that begin with sqlite_ for itself.
Result<void> check_view(const RecordView& view) {
  const auto& columns = view.columns;
  if (is_column_name(view.name) && !view.name.starts_with("sqlite_") && view.version >= 1 && !columns.empty() &&
      columns.size() <= kMostColumns && std::all_of(columns.begin(), columns.end(), is_column) &&
      !has_one_name_twice(columns))
    return {};
  return Error(Errc::invalid_argument, "record view " + std::string(view.name) +
                                           ": expected a name of 1 to 63 of a-z 0-9 _ without sqlite_ in front, a version "
                                           "of 1 or more, and 1 to 64 columns of different such names with fields of "
                                           "documents");
}

Result<void> check_personal(const RecordCollection& collection) {
  const PersonalFields& fields = *collection.personal;
  const auto is_key = [&](std::string_view name) {
    return name.empty() || std::find(collection.keys.begin(), collection.keys.end(), name) != collection.keys.end();
  };
  const bool says_whose = !fields.user.empty() || !fields.character.empty();
  if (says_whose && is_key(fields.user) && (fields.character == "$id" || is_key(fields.character)) &&
      std::all_of(fields.objects.begin(), fields.objects.end(), is_path))
    return {};
  return Error(Errc::invalid_argument, "record collection " + std::string(collection.name) +
                                           ": expected one of its keys for the user or the character of its records, and "
                                           "fields of documents for the objects that they name");
}

Result<void> check_collection(const RecordCollection* collection) {
  if (collection == nullptr) return Error(Errc::invalid_argument, "record: expected a collection, got none");
  return check_collection(*collection);
}

Result<void> check_filter(const RecordQuery& query, std::size_t at) {
  const auto& key = query.where[at].first;  // Clang 14 captures no structured binding
  const auto& value = query.where[at].second;
  const auto same = [&key](const auto& filter) { return filter.first == key; };
  const auto& keys = query.collection->keys;
  const bool twice = std::any_of(query.where.begin(), query.where.begin() + static_cast<std::ptrdiff_t>(at), same);
  if (twice || std::find(keys.begin(), keys.end(), key) == keys.end())
    return Error(Errc::invalid_argument, "where: expected each key of collection " +
                                             std::string(query.collection->name) + " at most once, and no others");
  if (value.size() <= kLongestRecordKey && is_valid_utf8(value) && value.find('\0') == std::string::npos) return {};
  return Error(Errc::invalid_argument, key + ": expected at most 1024 bytes of UTF-8 without NUL");
}

Result<std::optional<RecordCursor>> parse_record_cursor(std::string_view text) {
  if (text.empty()) return std::optional<RecordCursor>();
  const auto dash = text.find('-', 1);  // a time before 1970 has one in front
  std::int64_t created = 0;
  const auto* end = dash == std::string_view::npos ? text.data() : text.data() + dash;
  const auto read = std::from_chars(text.data(), end, created);
  const bool number = dash != std::string_view::npos && read.ec == std::errc() && read.ptr == end;
  if (!number || !is_record_id(text.substr(dash + 1)))
    return Error(Errc::invalid_argument, "after: expected the next of an earlier page");
  return std::optional(RecordCursor{from_unix_ms(created), std::string(text.substr(dash + 1))});
}

std::string name_of(const RecordChange& change) {
  return record_name(change.collection->name, change.id);
}

std::string in_words(std::int64_t revision) {
  return revision == 0 ? "none" : "revision " + std::to_string(revision);
}

auto order_of(const CheckedChange& checked) {
  return std::tie(checked.change.collection->name, checked.change.id);
}

}  // namespace

bool is_record_id(std::string_view text) noexcept {
  const auto fits = [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= kLongestRecordId && std::all_of(text.begin(), text.end(), fits);
}

Result<void> check_collection(const RecordCollection& collection) {
  if (!is_collection_name(collection.name))
    return Error(Errc::invalid_argument, "record collection: expected a name of 1 to 32 of a-z 0-9 _");
  const auto& keys = collection.keys;
  if (keys.size() > kMostKeys || !std::all_of(keys.begin(), keys.end(), is_key_name))
    return Error(Errc::invalid_argument, "record collection " + std::string(collection.name) +
                                             ": expected at most 8 keys of 1 to 64 of A-Z a-z 0-9 _, a letter in front");
  if (const auto checked = collection.view != nullptr ? check_view(*collection.view) : Result<void>(); !checked)
    return checked;
  return collection.personal != nullptr ? check_personal(collection) : Result<void>();
}

Result<CheckedChange> check_change(RecordChange change) {
  if (const auto checked = check_collection(change.collection); !checked) return checked.error();
  if (!is_record_id(change.id))
    return Error(Errc::invalid_argument,
                 "record of " + std::string(change.collection->name) + ": id: expected 1 to 128 of A-Z a-z 0-9 . _ -");
  if (change.expected && *change.expected < (change.document ? 0 : 1))
    return Error(Errc::invalid_argument, name_of(change) + ": expected revision: expected " +
                                             (change.document ? "0" : "1") + " or more, got " +
                                             std::to_string(*change.expected));
  CheckedChange checked;
  if (change.document) {
    auto read = read_document(*change.collection, *change.document);
    if (!read) return in_context(read.error(), name_of(change));
    change.document = std::move(read->written), checked.keys = std::move(read->keys);
  }
  checked.change = std::move(change);
  return checked;
}

Result<std::vector<CheckedChange>> check_changes(std::vector<RecordChange> changes) {
  if (changes.size() > kMostRecordChanges)
    return Error(Errc::invalid_argument,
                 "records: expected at most 32 changes at once, got " + std::to_string(changes.size()));
  std::vector<CheckedChange> all;
  for (RecordChange& change : changes) {
    auto checked = check_change(std::move(change));
    if (!checked) return checked.error();
    checked->place = all.size();
    all.push_back(std::move(*checked));
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return order_of(a) < order_of(b); });
  const auto same = [](const auto& a, const auto& b) { return order_of(a) == order_of(b); };
  const auto twice = std::adjacent_find(all.begin(), all.end(), same);
  if (twice == all.end()) return all;
  return Error(Errc::invalid_argument, name_of(twice->change) + ": expected one change at once, got two");
}

Result<RecordState> next_state(const RecordChange& change, const RecordState& now) {
  if (change.expected && *change.expected != now.revision)
    return Error(Errc::conflict,
                 name_of(change) + ": expected " + in_words(*change.expected) + ", got " + in_words(now.revision));
  if (!change.document) return RecordState{};
  const bool keeps = now.revision > 0 && !change.moves;
  return RecordState{now.revision + 1, keeps ? now.created : change.created};
}

std::string record_name(std::string_view collection, std::string_view id) {
  return "record " + std::string(collection) + "/" + std::string(id);
}

std::string to_cursor(const Record& record) {
  return std::to_string(to_unix_ms(record.created)) + "-" + record.id;
}

Result<std::optional<RecordCursor>> check_query(const RecordQuery& query) {
  if (const auto checked = check_collection(query.collection); !checked) return checked.error();
  if (query.limit < 1 || query.limit > kLargestRecordPage)
    return Error(Errc::invalid_argument, "limit: expected 1 to 1000, got " + std::to_string(query.limit));
  for (std::size_t at = 0; at < query.where.size(); ++at) {
    if (const auto checked = check_filter(query, at); !checked) return checked.error();
  }
  return parse_record_cursor(query.after);
}

RecordPage to_page(std::vector<Record> found, int limit) {
  RecordPage page;
  const bool more = found.size() > static_cast<std::size_t>(limit);
  if (more) found.resize(static_cast<std::size_t>(limit));
  page.records = std::move(found);
  if (more) page.next = to_cursor(page.records.back());
  return page;
}

}  // namespace imagegen
