#pragma once
#include <imagegen/record/record_store.hpp>

#include <boost/json.hpp>

#include <concepts>
#include <functional>
#include <limits>
#include <tuple>
#include <utility>

#include "json/object_reader.hpp"
#include "json/write.hpp"

/// \file A kind of record: a struct, of which each member stands in a field of a document.
///
/// A kind says `Value`, the struct, which has members `id` and `created`; `kCollection`; and `kFields`, a tuple of
/// record_field(). All else is here:
///
///   struct BoatKind {
///     using Value = Boat;
///     static constexpr std::string_view kKeys[] = {"owner"};
///     static constexpr RecordCollection kCollection{"boats", kKeys};
///     static constexpr std::tuple kFields{record_field("owner", &Boat::owner), record_field("metres", &Boat::metres)};
///   };
namespace imagegen {

/// A field of documents and the member that it stands for.
template <class Member>
struct RecordField {
  std::string_view name;
  Member member;  ///< For std::invoke(): a pointer to a member, or a function that gives a member of a member.
  json::Need need;
};

/// A field that each document has.
template <class Member>
constexpr RecordField<Member> record_field(std::string_view name, Member member) {
  return {name, member, json::Need::required};
}

/// A field that documents of earlier versions have not: there its member has its default.
template <class Member>
constexpr RecordField<Member> later_record_field(std::string_view name, Member member) {
  return {name, member, json::Need::optional};
}

/// Texts, which may be empty.
inline void read_record_value(json::ObjectReader& reader, std::string_view name, std::string& value) {
  value = reader.text(name, json::Need::optional);
}
inline void read_record_value(json::ObjectReader& reader, std::string_view name, bool& value) {
  value = reader.flag(name, value);
}
inline void read_record_value(json::ObjectReader& reader, std::string_view name, double& value) {
  constexpr double kMost = std::numeric_limits<double>::max();
  value = reader.number(name, -kMost, kMost, json::Need::optional).value_or(value);
}
/// Whole numbers, of those that a document can hold.
template <std::integral T>
void read_record_value(json::ObjectReader& reader, std::string_view name, T& value) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  constexpr auto kHigh = std::in_range<std::int64_t>(std::numeric_limits<T>::max())
                             ? static_cast<std::int64_t>(std::numeric_limits<T>::max())
                             : kMost;
  const auto read = reader.integer(name, static_cast<std::int64_t>(std::numeric_limits<T>::min()), kHigh,
                                   json::Need::optional);
  value = static_cast<T>(read.value_or(static_cast<std::int64_t>(value)));
}
/// What may be missing.
template <class T>
void read_record_value(json::ObjectReader& reader, std::string_view name, std::optional<T>& value) {
  read_record_value(reader, name, value.emplace());
}

template <class T>
void put_record_value(boost::json::object& document, std::string_view name, const T& value) {
  document[name] = boost::json::value_from(value);
}
/// What is missing has no field.
template <class T>
void put_record_value(boost::json::object& document, std::string_view name, const std::optional<T>& value) {
  if (value) put_record_value(document, name, *value);
}

/// The record of a value, to be added or replaced, and to stand in lists by the value's time.
template <class Kind>
RecordChange to_change(const typename Kind::Value& value, std::optional<std::int64_t> expected = {}) {
  boost::json::object document;
  const auto put = [&](const auto& field) { put_record_value(document, field.name, std::invoke(field.member, value)); };
  std::apply([&put](const auto&... fields) { (put(fields), ...); }, Kind::kFields);
  RecordChange change;
  change.collection = &Kind::kCollection, change.id = value.id, change.document = json::write(document);
  change.created = value.created, change.moves = true, change.expected = expected;
  return change;
}

/// Errc::corrupt_data for a document that is none of this kind.
template <class Kind>
Result<typename Kind::Value> from_record(const Record& record) {
  constexpr std::size_t kLargestDocument = 1U << 20U;  // what was moved here from elsewhere may be above the limit
  const std::string name = "record " + record.id;
  const auto document = json::parse(record.document, kLargestDocument);
  if (!document) return in_context(Error(Errc::corrupt_data, document.error().message), name);
  std::vector<FieldFault> faults;
  json::ObjectReader reader(*document, "", faults);
  typename Kind::Value value;
  value.id = record.id, value.created = record.created;
  const auto take = [&](const auto& field) {
    if (reader.has(field.name)) read_record_value(reader, field.name, std::invoke(field.member, value));
    else if (field.need == json::Need::required) reader.fault(field.name, "expected a value, got nothing");
  };
  std::apply([&take](const auto&... fields) { (take(fields), ...); }, Kind::kFields);
  if (faults.empty()) return value;
  return Error(Errc::corrupt_data, name + ": it is damaged: " + faults[0].path + ": " + faults[0].message);
}

/// Some values, and where to go on.
template <class Kind>
struct TypedPage {
  std::vector<typename Kind::Value> values;  ///< As RecordPage::records.
  std::string next;
};

/// The records of one kind in a store, which outlives this. Errors as of RecordStore, and Errc::corrupt_data.
template <class Kind>
class TypedRecords {
 public:
  using Value = typename Kind::Value;

  explicit TypedRecords(RecordStore& store) : store_(&store) {}

  /// Gives its revision.
  Task<Result<std::int64_t>> put(Value value, std::optional<std::int64_t> expected = {}) {
    co_return co_await write(to_change<Kind>(value, expected));
  }

  Task<Result<std::optional<Value>>> find(std::string id) {
    const auto found = co_await store_->find(Kind::kCollection, std::move(id));
    if (!found) co_return found.error();
    if (!*found) co_return std::optional<Value>();
    auto value = from_record<Kind>(**found);
    if (!value) co_return value.error();
    co_return std::optional<Value>(std::move(*value));
  }

  /// \param query Its collection is set here.
  Task<Result<TypedPage<Kind>>> list(RecordQuery query) {
    query.collection = &Kind::kCollection;
    auto found = co_await store_->list(std::move(query));
    if (!found) co_return found.error();
    TypedPage<Kind> page;
    for (const Record& record : found->records) {
      auto value = from_record<Kind>(record);
      if (!value) co_return value.error();
      page.values.push_back(std::move(*value));
    }
    page.next = std::move(found->next);
    co_return page;
  }

  Task<Result<void>> remove(std::string id) {
    RecordChange removal;
    removal.collection = &Kind::kCollection, removal.id = std::move(id);
    const auto removed = co_await write(std::move(removal));
    co_return removed ? Result<void>() : removed.error();
  }

 private:
  Task<Result<std::int64_t>> write(RecordChange change) {
    std::vector<RecordChange> changes;
    changes.push_back(std::move(change));
    const auto written = co_await store_->write(std::move(changes));
    if (!written) co_return written.error();
    co_return written->front();
  }

  RecordStore* store_;
};

}  // namespace imagegen
