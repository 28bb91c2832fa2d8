#include "state/sqlite/statement.hpp"

#include <limits>

#include "state/sqlite/connection.hpp"

namespace imagegen::sqlite {

Statement::~Statement() {
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

void Statement::check_bound(int code) const {
  if (code != SQLITE_OK) connection_->fail(code);
}

void Statement::bind(std::int64_t value) {
  check_bound(sqlite3_bind_int64(handle_, ++parameter_, value));
}

void Statement::bind(std::string_view text) {
  const char* begin = text.data() == nullptr ? "" : text.data();  // a null pointer would bind NULL
  check_bound(sqlite3_bind_text64(handle_, ++parameter_, begin, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind(std::nullopt_t) {
  check_bound(sqlite3_bind_null(handle_, ++parameter_));
}

bool Statement::next() {
  column_ = 0;
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_->fail(code);
  return false;
}

std::int64_t Statement::integer() {
  return sqlite3_column_int64(handle_, column_++);
}

int Statement::small_integer() {
  const std::int64_t value = integer();
  if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max())
    connection_->fail_corrupt("a number of " + std::to_string(value));
  return static_cast<int>(value);
}

std::string Statement::text() {
  const auto* begin = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column_));
  const auto bytes = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column_++));
  return begin == nullptr ? std::string() : std::string(begin, bytes);
}

std::optional<std::int64_t> Statement::maybe_integer() {
  if (sqlite3_column_type(handle_, column_) != SQLITE_NULL) return integer();
  ++column_;
  return std::nullopt;
}

std::variant<std::monostate, std::int64_t, std::string> Statement::value() {
  const int type = sqlite3_column_type(handle_, column_);
  if (type == SQLITE_INTEGER) return integer();
  if (type != SQLITE_NULL) return text();
  ++column_;
  return std::monostate();
}

}  // namespace imagegen::sqlite
