#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/core/timestamp.hpp>

#include <bson/bson.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file Documents on their way to the server and back.
namespace imagegen::mongo {

/// MongoDB's ObjectId: different wherever and whenever it is made. Those of one process grow.
struct ObjectId {
  std::array<std::uint8_t, 12> bytes{};

  static ObjectId make();
  friend bool operator==(const ObjectId&, const ObjectId&) = default;
  friend bool operator<(const ObjectId& a, const ObjectId& b) { return a.bytes < b.bytes; }
};

/// A document that is being written, field after field.
///
/// A text with a NUL byte, or that is no UTF-8, is noticed here: fault() then says which, and nothing is sent.
class Document {
 public:
  Document();
  explicit Document(const bson_t& copied);
  /// A field of another that is a document; nothing when it is none.
  static std::optional<Document> inside(const bson_t& outer, const char* key);
  Document(Document&& other) noexcept : bson_(std::exchange(other.bson_, nullptr)), fault_(std::move(other.fault_)) {}
  Document& operator=(Document&& other) noexcept {
    std::swap(bson_, other.bson_);
    std::swap(fault_, other.fault_);
    return *this;
  }
  ~Document() { bson_destroy(bson_); }

  /// \param field For the message, such as "job input"; the key when it is empty.
  Document& text(std::string_view key, std::string_view value, std::string_view field = {});
  Document& texts(std::string_view key, std::span<const std::string> values, std::string_view field = {});
  Document& number(std::string_view key, std::int64_t value);
  Document& integer(std::string_view key, int value);
  Document& real(std::string_view key, double value);
  Document& flag(std::string_view key, bool value);
  Document& time(std::string_view key, Timestamp value);
  Document& id(std::string_view key, const ObjectId& value);
  Document& null(std::string_view key);
  /// An array of any values, which stand in a document with the keys "0", "1" and so on.
  Document& array(std::string_view key, const Document& values);
  Document& document(std::string_view key, const Document& value);
  Document& documents(std::string_view key, std::span<const Document> values);
  /// All fields of another.
  Document& all_of(const Document& other);

  bool empty() const noexcept;
  const std::optional<Error>& fault() const noexcept { return fault_; }
  const bson_t* get() const noexcept { return bson_; }

 private:
  Document& done(bool appended);
  bool check(std::string_view value, std::string_view field);

  bson_t* bson_;  // no unique_ptr, because a template argument loses the alignment of the type
  std::optional<Error> fault_;
};

/// One field that is a document in itself: {key: value}.
Document field(std::string_view key, const Document& value);
/// The field's values may be these: {key: {"$in": values}}.
Document in(std::string_view key, std::span<const std::string> values, std::string_view field = {});

/// Reads a document that came from the server, by paths such as "job.state". A field that is absent or of another type
/// reads as its default, and fault() then names it: the document was damaged, or is not ours.
class Reader {
 public:
  /// \param what For the message: "job j-1". \param document Outlives the reader.
  Reader(const Document& document, std::string what) : Reader(document.get(), std::move(what)) {}
  Reader(const bson_t* document, std::string what) : bson_(document), what_(std::move(what)) {}

  bool has(const char* path) const;
  std::string text(const char* path);
  std::int64_t number(const char* path);
  int integer(const char* path);
  bool flag(const char* path);
  Timestamp time(const char* path);
  ObjectId id(const char* path);
  /// Calls `read` for each element of an array of documents.
  void each(const char* path, const std::function<void(Reader&)>& read);

  /// For values that have the right type and are wrong all the same.
  void refuse(const char* path, std::string_view expected);
  const std::optional<Error>& fault() const noexcept { return fault_; }
  /// Renames it once its own id was read.
  void set_what(std::string what) { what_ = std::move(what); }

 private:
  const bson_t* bson_;
  std::string what_;
  std::optional<Error> fault_;
};

}  // namespace imagegen::mongo
