#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/core/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

struct pg_result;

/// \file Values on their way to the server and back, all but bytes as text.
namespace imagegen::state {

/// The parameters of one statement, $1 first.
///
/// A text that PostgreSQL cannot hold (a NUL byte, or no UTF-8) is noticed here, because libpq would cut it at the NUL
/// without a word: fault() then says which, and the statement is not sent.
class PgParams {
 public:
  /// \param field For the message, such as "job input".
  PgParams& text(std::string_view value, std::string_view field = "text");
  PgParams& maybe_text(const std::optional<std::string>& value, std::string_view field = "text");
  PgParams& number(std::int64_t value);
  PgParams& number(std::optional<std::int64_t> value);
  PgParams& time(Timestamp value) { return number(to_unix_ms(value)); }
  PgParams& time(std::optional<Timestamp> value);
  PgParams& flag(bool value);
  /// text[], bigint[]
  PgParams& texts(std::span<const std::string> values, std::string_view field = "text");
  PgParams& numbers(std::span<const std::int64_t> values);
  /// bytea. \param value Borrowed until the statement has run.
  PgParams& bytes(ByteView value);

  const std::optional<Error>& fault() const noexcept { return fault_; }
  /// As PQexecParams() takes them; valid until the next change.
  std::vector<const char*> pointers() const;
  std::vector<int> lengths() const;  ///< Of bytes; no matter for texts.
  std::vector<int> formats() const;  ///< 1 for bytes, 0 for texts.

 private:
  bool check(std::string_view value, std::string_view field);

  struct Value {
    std::optional<std::string> text;  // nothing: NULL, or bytes
    std::optional<ByteView> bytes = {};
  };
  std::vector<Value> values_;
  std::optional<Error> fault_;
};

/// The rows that a statement gave.
class PgRows {
 public:
  PgRows() = default;
  explicit PgRows(pg_result* result) noexcept : result_(result) {}
  PgRows(PgRows&& other) noexcept : result_(std::exchange(other.result_, nullptr)) {}
  PgRows& operator=(PgRows&& other) noexcept {
    std::swap(result_, other.result_);
    return *this;
  }
  ~PgRows();

  int size() const noexcept;
  int columns() const noexcept;
  bool empty() const noexcept { return size() == 0; }
  bool is_null(int row, int column) const noexcept;
  std::string text(int row, int column) const;
  std::int64_t number(int row, int column) const noexcept;
  /// Of whatever type it is: NULL, an integer (flags are 0 and 1), else its text.
  std::variant<std::monostate, std::int64_t, std::string> value(int row, int column) const;

 private:
  pg_result* result_ = nullptr;
};

/// Reads one row from left to right.
class PgRow {
 public:
  PgRow(const PgRows& rows, int row, int column = 0) noexcept : rows_(rows), row_(row), column_(column) {}
  std::string text() { return rows_.text(row_, column_++); }
  std::int64_t number() { return rows_.number(row_, column_++); }
  int integer() { return static_cast<int>(number()); }
  std::optional<std::int64_t> maybe_number();
  Timestamp time() { return from_unix_ms(number()); }
  bool flag() { return rows_.text(row_, column_++) == "t"; }

 private:
  const PgRows& rows_;
  int row_, column_;
};

}  // namespace imagegen::state
