#include "state/mongo/bson.hpp"

#include <imagegen/core/utf8.hpp>

#include <cmath>
#include <limits>

namespace imagegen::mongo {
namespace {

int length(std::string_view text) {
  return static_cast<int>(text.size());
}

// Far more than any document may have, and far from where the lengths of libbson end.
constexpr std::size_t kLongestValue = 64U << 20U;

bool find(const bson_t* bson, const char* path, bson_iter_t& found) {
  bson_iter_t start;
  return bson_iter_init(&start, bson) && bson_iter_find_descendant(&start, path, &found);
}

// Whole numbers of any type: who edits a document in a shell makes doubles.
std::optional<std::int64_t> whole_number(const bson_iter_t& at) {
  if (BSON_ITER_HOLDS_INT32(&at)) return bson_iter_int32(&at);
  if (BSON_ITER_HOLDS_INT64(&at)) return bson_iter_int64(&at);
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (!BSON_ITER_HOLDS_DOUBLE(&at)) return std::nullopt;
  const double value = bson_iter_double(&at);
  if (!(std::abs(value) <= kExact) || value != std::floor(value)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

}  // namespace

ObjectId ObjectId::make() {
  bson_oid_t made;
  bson_oid_init(&made, nullptr);
  ObjectId id;
  std::copy(std::begin(made.bytes), std::end(made.bytes), id.bytes.begin());
  return id;
}

Document::Document() : bson_(bson_new()) {}
Document::Document(const bson_t& copied) : bson_(bson_copy(&copied)) {}

std::optional<Document> Document::inside(const bson_t& outer, const char* key) {
  bson_iter_t found;
  bson_t inner;
  std::uint32_t size = 0;
  const std::uint8_t* data = nullptr;
  if (!bson_iter_init_find(&found, &outer, key) || !BSON_ITER_HOLDS_DOCUMENT(&found)) return std::nullopt;
  bson_iter_document(&found, &size, &data);
  if (!bson_init_static(&inner, data, size)) return std::nullopt;
  return Document(inner);
}

Document& Document::done(bool appended) {
  if (!appended && !fault_) fault_ = Error(Errc::limit_exceeded, "state: a document is larger than MongoDB can hold");
  return *this;
}

bool Document::check(std::string_view value, std::string_view field) {
  if (value.size() > kLongestValue) {
    done(false);
    return false;
  }
  if (value.find('\0') == std::string_view::npos && is_valid_utf8(value)) return true;
  if (!fault_) fault_ = Error(Errc::invalid_argument, std::string(field) + ": expected UTF-8 without NUL bytes");
  return false;
}

Document& Document::text(std::string_view key, std::string_view value, std::string_view field) {
  if (!check(value, field.empty() ? key : field)) return *this;
  // libbson takes a null pointer for null, and a view of nothing may have one.
  const char* begin = value.empty() ? "" : value.data();
  return done(bson_append_utf8(bson_, key.data(), length(key), begin, length(value)));
}

Document& Document::texts(std::string_view key, std::span<const std::string> values, std::string_view field) {
  bson_t list = BSON_INITIALIZER;
  bool appended = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!check(values[i], field.empty() ? key : field)) break;
    const auto number = std::to_string(i);
    appended =
        bson_append_utf8(&list, number.c_str(), length(number), values[i].c_str(), length(values[i])) && appended;
  }
  appended = bson_append_array(bson_, key.data(), length(key), &list) && appended;
  bson_destroy(&list);
  return done(appended);
}

Document& Document::number(std::string_view key, std::int64_t value) {
  return done(bson_append_int64(bson_, key.data(), length(key), value));
}
Document& Document::integer(std::string_view key, int value) {
  return done(bson_append_int32(bson_, key.data(), length(key), value));
}
Document& Document::real(std::string_view key, double value) {
  return done(bson_append_double(bson_, key.data(), length(key), value));
}
Document& Document::flag(std::string_view key, bool value) {
  return done(bson_append_bool(bson_, key.data(), length(key), value));
}
Document& Document::time(std::string_view key, Timestamp value) {
  return done(bson_append_date_time(bson_, key.data(), length(key), to_unix_ms(value)));
}

Document& Document::id(std::string_view key, const ObjectId& value) {
  bson_oid_t oid;
  bson_oid_init_from_data(&oid, value.bytes.data());
  return done(bson_append_oid(bson_, key.data(), length(key), &oid));
}

Document& Document::null(std::string_view key) {
  return done(bson_append_null(bson_, key.data(), length(key)));
}

Document& Document::array(std::string_view key, const Document& values) {
  if (values.fault_ && !fault_) fault_ = values.fault_;
  return done(bson_append_array(bson_, key.data(), length(key), values.get()));
}

Document& Document::document(std::string_view key, const Document& value) {
  if (value.fault_ && !fault_) fault_ = value.fault_;
  return done(bson_append_document(bson_, key.data(), length(key), value.get()));
}

Document& Document::documents(std::string_view key, std::span<const Document> values) {
  bson_t list = BSON_INITIALIZER;
  bool appended = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].fault_ && !fault_) fault_ = values[i].fault_;
    const auto number = std::to_string(i);
    appended = bson_append_document(&list, number.c_str(), length(number), values[i].get()) && appended;
  }
  appended = bson_append_array(bson_, key.data(), length(key), &list) && appended;
  bson_destroy(&list);
  return done(appended);
}

Document& Document::all_of(const Document& other) {
  if (other.fault_ && !fault_) fault_ = other.fault_;
  return done(bson_concat(bson_, other.get()));
}

bool Document::empty() const noexcept {
  return bson_empty(bson_);
}

Document field(std::string_view key, const Document& value) {
  Document made;
  made.document(key, value);
  return made;
}

Document in(std::string_view key, std::span<const std::string> values, std::string_view field) {
  Document list, made;
  list.texts("$in", values, field.empty() ? key : field);
  made.document(key, list);
  return made;
}

bool Reader::has(const char* path) const {
  bson_iter_t found;
  return find(bson_, path, found);
}

std::string Reader::text(const char* path) {
  bson_iter_t found;
  if (!find(bson_, path, found) || !BSON_ITER_HOLDS_UTF8(&found)) {
    refuse(path, "a text");
    return {};
  }
  std::uint32_t size = 0;
  const char* value = bson_iter_utf8(&found, &size);
  return {value, size};
}

std::int64_t Reader::number(const char* path) {
  bson_iter_t found;
  const auto value = find(bson_, path, found) ? whole_number(found) : std::nullopt;
  if (!value) refuse(path, "a whole number");
  return value.value_or(0);
}

int Reader::integer(const char* path) {
  const auto value = number(path);
  if (value >= std::numeric_limits<int>::min() && value <= std::numeric_limits<int>::max())
    return static_cast<int>(value);
  refuse(path, "a number of 32 bits");
  return 0;
}

bool Reader::flag(const char* path) {
  bson_iter_t found;
  if (find(bson_, path, found) && BSON_ITER_HOLDS_BOOL(&found)) return bson_iter_bool(&found);
  refuse(path, "true or false");
  return false;
}

Timestamp Reader::time(const char* path) {
  bson_iter_t found;
  if (find(bson_, path, found) && BSON_ITER_HOLDS_DATE_TIME(&found)) return from_unix_ms(bson_iter_date_time(&found));
  refuse(path, "a date");
  return {};
}

ObjectId Reader::id(const char* path) {
  bson_iter_t found;
  ObjectId id;
  if (!find(bson_, path, found) || !BSON_ITER_HOLDS_OID(&found)) {
    refuse(path, "an ObjectId");
    return id;
  }
  const bson_oid_t* oid = bson_iter_oid(&found);
  std::copy(std::begin(oid->bytes), std::end(oid->bytes), id.bytes.begin());
  return id;
}

void Reader::each(const char* path, const std::function<void(Reader&)>& read) {
  bson_iter_t found, element;
  if (!find(bson_, path, found) || !BSON_ITER_HOLDS_ARRAY(&found) || !bson_iter_recurse(&found, &element))
    return refuse(path, "an array");
  while (bson_iter_next(&element)) {
    std::uint32_t size = 0;
    const std::uint8_t* data = nullptr;
    bson_t inner;
    if (!BSON_ITER_HOLDS_DOCUMENT(&element)) return refuse(path, "an array of documents");
    bson_iter_document(&element, &size, &data);
    if (!bson_init_static(&inner, data, size)) return refuse(path, "an array of documents");
    Reader reader(&inner, what_);
    read(reader);
    if (reader.fault() && !fault_) fault_ = reader.fault();
  }
}

void Reader::refuse(const char* path, std::string_view expected) {
  if (fault_) return;
  fault_ = Error(Errc::corrupt_data,
                 what_ + ": its document in MongoDB is damaged: " + path + ": expected " + std::string(expected));
}

}  // namespace imagegen::mongo
