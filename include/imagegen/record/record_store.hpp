#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/core/task.hpp>
#include <imagegen/core/timestamp.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file Documents in declared collections, with declared keys. The store knows no word of what is in them: a kind of
/// record is a typed codec over it.
namespace imagegen {

/// What a column of a view holds. A value that is none of it reads as NULL.
enum class RecordColumnType : std::uint8_t {
  text,
  integer,
  real,
  boolean,
  time,  ///< Whole milliseconds since 1970: a timestamptz of PostgreSQL, RFC 3339 in SQLite.
};

/// A column of a view.
struct RecordColumn {
  std::string_view name;   ///< 1..63 of a-z 0-9 _, a letter in front.
  std::string_view field;  ///< Of the document, "size.width" for one inside another; or "$id", "$created", "$revision".
  RecordColumnType type = RecordColumnType::text;  ///< Of its values.
};

/// A collection as readers with SQL see it: a row for each record.
struct RecordView {
  std::string_view name;  ///< As that of a column, not sqlite_ in front; of nothing else in the database.
  /// 1..64, each with a name of its own. Later versions add some at the end and keep names and types of these.
  std::span<const RecordColumn> columns;
  int version = 1;  ///< One more with each change. What a newer program has made stays, also when an older one runs.
};

/// What documents of a collection say of persons: by this what is known of one is found and removed; see docs/erase.md.
struct PersonalFields {
  std::string_view user = {};       ///< A key of the collection: whose record it is. Empty: it says no user.
  std::string_view character = {};  ///< The same of a character; "$id": the record is the character's own.
  /// Which fields name objects of the store, each a text or a list of texts: "media.key" for one inside another, also inside
  /// each of a list, and inside a text that is JSON itself. They go with the record.
  std::span<const std::string_view> objects = {};
};

/// A kind of record: a constant of the program, which outlives every call that names it.
struct RecordCollection {
  std::string_view name;                   ///< 1..32 of a-z 0-9 _
  std::span<const std::string_view> keys;  ///< Fields to look up by, at most 8; names as of Record::document.
  const RecordView* view = nullptr;        ///< Made when a state is opened that is told of it; see StateOptions.
  const PersonalFields* personal = nullptr;  ///< Null: its documents say nothing of persons.
};

/// A document as a store has it.
struct Record {
  std::string id;  ///< Unique in its collection, 1..128 of A-Z a-z 0-9 . _ -
  /// A JSON object of at most 256 KiB and 32 levels: UTF-8, no NUL in its texts, whole numbers of 64 bits with a sign.
  /// The names of its fields are not empty, without a dot and without a dollar in front; those at its top have no _ in
  /// front. What comes back is equal to it and written on one line, the same from every store.
  std::string document;
  Timestamp created{};
  std::int64_t revision = 0;  ///< 1 with its first write, then one more with each; removed and added again it is 1.

  friend bool operator==(const Record&, const Record&) = default;
};

/// A record that is added, replaced or removed.
struct RecordChange {
  const RecordCollection* collection = nullptr;  ///< Never null.
  std::string id;                                ///< As of Record.
  std::optional<std::string> document;  ///< Nothing: removed, which succeeds also when there was none.
  Timestamp created{};                  ///< Of a new one; one that is there keeps its own, unless
  bool moves = false;                   ///< this says that it takes `created` too, and with it its place in lists.
  /// The revision that it must have now; 0: there must be none, and nothing to remove. Nothing: whatever is there.
  std::optional<std::int64_t> expected = {};
};

/// Which records of a collection a list shall have.
struct RecordQuery {
  const RecordCollection* collection = nullptr;  ///< Never null.
  /// Texts that fields of the document must have; each is a key of the collection and stands here once. The index of
  /// the first is walked and the others are checked, so the one that leaves fewest stands first.
  std::vector<std::pair<std::string, std::string>> where = {};
  std::string after = {};  ///< RecordPage::next of the page before; empty for the first.
  int limit = 50;          ///< 1..1000
};

/// A part of a list.
struct RecordPage {
  std::vector<Record> records;  ///< Newest first, by time of creation and then id.
  std::string next;             ///< Empty: that was the last page.
};

/// What a store promises beyond its interface.
struct RecordCapability {
  /// Whether the changes of one write() appear to readers at once. Else they appear one after the other, and all of them
  /// for certain once write() has succeeded, or the store was opened again after one that was killed.
  bool atomic = true;
};

/// All calls may be made from any coroutine, several at a time. Errors beside those named: unavailable, storage_failed,
/// invalid_argument.
class RecordStore {
 public:
  virtual ~RecordStore() = default;

  /// The same for as long as the store lives.
  virtual RecordCapability capability() const = 0;
  /// Makes all of these changes or none of them; at most 32, each of another record.
  ///
  /// A field that is a key and a text has at most 1024 bytes, and its record is found by it. One that is absent or no
  /// text is not looked up by.
  /// \return The revisions that the records have now, in the order of the changes, 0 for those removed. Errc::conflict
  ///         names the record that has not the revision expected.
  virtual Task<Result<std::vector<std::int64_t>>> write(std::vector<RecordChange> changes) = 0;
  /// Nothing when there is none.
  virtual Task<Result<std::optional<Record>>> find(const RecordCollection& collection, std::string id) = 0;
  /// A record that is neither written nor removed meanwhile is on exactly one page.
  virtual Task<Result<RecordPage>> list(RecordQuery query) = 0;
};

/// Lives in this process and ends with it.
std::unique_ptr<RecordStore> make_memory_record_store();

}  // namespace imagegen
