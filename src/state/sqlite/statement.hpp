#pragma once
#include <imagegen/core/timestamp.hpp>

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace imagegen::sqlite {

class Connection;

// A prepared statement of a connection, with its parameters. Given back, ready for the next use, when it goes.
// Failures are thrown as ErrorException, as everywhere in this folder; they become a Result at its edge, in Database.
class Statement {
 public:
  template <class... Values>
  Statement(Connection& connection, sqlite3_stmt* handle, const Values&... values)
      : connection_(&connection), handle_(handle) {
    (bind(values), ...);
  }
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // The next parameter. Texts are copied.
  void bind(std::int64_t value);
  void bind(std::string_view text);
  void bind(Timestamp time) { bind(to_unix_ms(time)); }
  void bind(std::nullopt_t);
  template <class T>
  void bind(const std::optional<T>& value) {
    value ? bind(*value) : bind(std::nullopt);
  }

  // Whether there is another row. After the last one everything that the statement changes has been changed.
  bool next();

  // The next column of the row; `next()` begins anew. A text is empty for NULL.
  std::int64_t integer();
  int small_integer();  // Errc::corrupt_data when it is none
  bool flag() { return integer() != 0; }
  std::string text();
  Timestamp time() { return from_unix_ms(integer()); }
  std::optional<std::int64_t> maybe_integer();
  // Of whatever kind it is: NULL, an integer, else its text.
  std::variant<std::monostate, std::int64_t, std::string> value();
  int columns() const { return sqlite3_column_count(handle_); }

 private:
  void check_bound(int code) const;

  Connection* connection_;
  sqlite3_stmt* handle_;
  int parameter_ = 0;
  int column_ = 0;
};

}  // namespace imagegen::sqlite
