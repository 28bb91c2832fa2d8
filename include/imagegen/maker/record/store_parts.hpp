#pragma once
#include <imagegen/record/record_store.hpp>

#include <cstddef>

/// \file What makers of a RecordStore share. Pure.
namespace imagegen {

/// Whether `text` may be a record's id: 1..128 of A-Z a-z 0-9 . _ -
bool is_record_id(std::string_view text) noexcept;

/// Errc::invalid_argument naming what is wrong with its name, its keys or its view.
Result<void> check_collection(const RecordCollection& collection);

/// A field of a document to look it up by.
struct RecordKey {
  std::string_view name;  ///< As the collection has it.
  std::string value;      ///< The text in the document.

  friend bool operator==(const RecordKey&, const RecordKey&) = default;
};

/// A change that may be made, and what a store needs to know of it.
struct CheckedChange {
  RecordChange change;  ///< Its document written as Record::document is.
  std::vector<RecordKey> keys;  ///< By which it is found; none of one that is removed.
  std::size_t place = 0;  ///< In the order in which the changes were given.
};

/// Errc::invalid_argument naming what is wrong with it.
Result<CheckedChange> check_change(RecordChange change);
/// Those of one write(), in the order in which everybody makes them: by collection and then id, so that no two wait for
/// each other. Errc::invalid_argument also for too many, and for two of one record.
Result<std::vector<CheckedChange>> check_changes(std::vector<RecordChange> changes);

/// What there is of a record at a moment.
struct RecordState {
  std::int64_t revision = 0;  ///< 0: nothing.
  Timestamp created{};        ///< Its place in lists.

  friend bool operator==(const RecordState&, const RecordState&) = default;
};

/// What a change makes of it. Errc::conflict when that is not what was expected.
Result<RecordState> next_state(const RecordChange& change, const RecordState& now);

/// "record COLLECTION/ID", for messages.
std::string record_name(std::string_view collection, std::string_view id);

/// A place in a list of records, newest first.
struct RecordCursor {
  Timestamp created{};  ///< Of the record, as its id is.
  std::string id;       ///< Decides between records of one age.

  friend bool operator==(const RecordCursor&, const RecordCursor&) = default;
  /// Newer is less; of one age, the greater id.
  friend bool operator<(const RecordCursor& a, const RecordCursor& b) {
    return a.created != b.created ? a.created > b.created : a.id > b.id;
  }
};

/// As it stands in RecordPage::next.
std::string to_cursor(const Record& record);

/// Where the page begins; nothing for the first. Errc::invalid_argument for a limit out of 1..1000, a text that
/// to_cursor() cannot have made, and filters that are not keys of the collection.
Result<std::optional<RecordCursor>> check_query(const RecordQuery& query);

/// Makes a page of what was found with a limit of one more, which tells whether there is another page.
RecordPage to_page(std::vector<Record> found, int limit);

}  // namespace imagegen
