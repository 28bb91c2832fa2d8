#include "state/postgres/values.hpp"

#include <imagegen/core/utf8.hpp>

#include <libpq-fe.h>

#include <charconv>

namespace imagegen::state {
namespace {

// An element of an array's text form: in quotes, with quotes and backslashes escaped.
void append_quoted(std::string_view value, std::string& out) {
  out += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

}  // namespace

bool PgParams::check(std::string_view value, std::string_view field) {
  if (value.find('\0') == std::string_view::npos && is_valid_utf8(value)) return true;
  if (!fault_) fault_ = Error(Errc::invalid_argument, std::string(field) + ": expected UTF-8 without NUL bytes");
  return false;
}

PgParams& PgParams::text(std::string_view value, std::string_view field) {
  values_.push_back({check(value, field) ? std::string(value) : std::string()});
  return *this;
}

PgParams& PgParams::maybe_text(const std::optional<std::string>& value, std::string_view field) {
  if (value) return text(std::string_view(*value), field);
  values_.push_back({std::nullopt});
  return *this;
}

PgParams& PgParams::number(std::int64_t value) {
  values_.push_back({std::to_string(value)});
  return *this;
}

PgParams& PgParams::number(std::optional<std::int64_t> value) {
  if (value) return number(*value);
  values_.push_back({std::nullopt});
  return *this;
}

PgParams& PgParams::time(std::optional<Timestamp> value) {
  return number(value ? std::optional(to_unix_ms(*value)) : std::nullopt);
}

PgParams& PgParams::flag(bool value) {
  values_.push_back({value ? "t" : "f"});
  return *this;
}

PgParams& PgParams::texts(std::span<const std::string> values, std::string_view field) {
  std::string list = "{";
  for (const std::string& value : values) {
    if (list.size() > 1) list += ',';
    if (check(value, field)) append_quoted(value, list);
  }
  values_.push_back({list + "}"});
  return *this;
}

PgParams& PgParams::numbers(std::span<const std::int64_t> values) {
  std::string list = "{";
  for (const std::int64_t value : values) {
    if (list.size() > 1) list += ',';
    list += std::to_string(value);
  }
  values_.push_back({list + "}"});
  return *this;
}

PgParams& PgParams::bytes(ByteView value) {
  values_.push_back({std::nullopt, value});
  return *this;
}

std::vector<const char*> PgParams::pointers() const {
  std::vector<const char*> out;
  out.reserve(values_.size());
  for (const auto& [text, bytes] : values_) {
    if (bytes)
      out.push_back(as_text(*bytes).data());
    else
      out.push_back(text ? text->c_str() : nullptr);
  }
  return out;
}

std::vector<int> PgParams::lengths() const {
  std::vector<int> out;
  for (const auto& value : values_) out.push_back(value.bytes ? static_cast<int>(value.bytes->size()) : 0);
  return out;
}

std::vector<int> PgParams::formats() const {
  std::vector<int> out;
  for (const auto& value : values_) out.push_back(value.bytes ? 1 : 0);
  return out;
}

PgRows::~PgRows() {
  PQclear(result_);
}

int PgRows::size() const noexcept {
  return PQntuples(result_);
}

int PgRows::columns() const noexcept {
  return PQnfields(result_);
}

bool PgRows::is_null(int row, int column) const noexcept {
  return PQgetisnull(result_, row, column) != 0;
}

std::string PgRows::text(int row, int column) const {
  return {PQgetvalue(result_, row, column), static_cast<std::size_t>(PQgetlength(result_, row, column))};
}

std::int64_t PgRows::number(int row, int column) const noexcept {
  const char* begin = PQgetvalue(result_, row, column);
  std::int64_t value = 0;
  std::from_chars(begin, begin + PQgetlength(result_, row, column), value);
  return value;
}

std::variant<std::monostate, std::int64_t, std::string> PgRows::value(int row, int column) const {
  // Of pg_type.dat, whose numbers never change.
  constexpr unsigned kBool = 16, kInt8 = 20, kInt2 = 21, kInt4 = 23;
  if (is_null(row, column)) return std::monostate();
  const auto type = PQftype(result_, column);
  if (type == kBool) return std::int64_t{text(row, column) == "t"};
  if (type == kInt8 || type == kInt2 || type == kInt4) return number(row, column);
  return text(row, column);
}

std::optional<std::int64_t> PgRow::maybe_number() {
  const bool absent = rows_.is_null(row_, column_);
  const auto value = number();
  return absent ? std::nullopt : std::optional(value);
}

}  // namespace imagegen::state
