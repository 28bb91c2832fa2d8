#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "state/record_views.hpp"

/// \file What a state consists of, as rows that are alike in all databases with SQL. Pure.
namespace imagegen::state {

/// NULL, a number (flags are 0 and 1) or a text.
using CopyValue = std::variant<std::monostate, std::int64_t, std::string>;
using CopyRow = std::vector<CopyValue>;

/// A column, which is mostly called the same in both.
struct PartColumn {
  PartColumn(const char* both) : postgres(both), sqlite(both) {}  // NOLINT(google-explicit-constructor)
  PartColumn(const char* in_postgres, const char* in_sqlite) : postgres(in_postgres), sqlite(in_sqlite) {}

  const std::string& in(SqlDialect dialect) const { return dialect == SqlDialect::sqlite ? sqlite : postgres; }

  std::string postgres, sqlite;
};

struct StatePart {
  std::string name;
  std::string sqlite, postgres;     ///< The table, or tables that are joined; the first word is the table.
  std::size_t keys;                 ///< So many of the first columns tell rows apart, and are their order.
  std::vector<PartColumn> columns;  ///< All but what a database has for itself.
  std::string bulk = "0";           ///< In PostgreSQL: bytes of what may be long.

  const std::string& from(SqlDialect dialect) const { return dialect == SqlDialect::sqlite ? sqlite : postgres; }
  std::string table(SqlDialect dialect) const { return from(dialect).substr(0, from(dialect).find(' ')); }
  std::string keys_in(SqlDialect dialect) const { return listed(dialect, keys); }
  std::string columns_in(SqlDialect dialect) const { return listed(dialect, columns.size()); }

 private:
  std::string listed(SqlDialect dialect, std::size_t count) const;
};

/// In the order in which they are copied: money first, and events after their jobs.
const std::vector<StatePart>& state_parts();

/// " WHERE ... " for the rows behind a key, whose values are the parameters $1, $2 ...
std::string rows_behind(const StatePart& part, SqlDialect dialect);

/// What a row is known by, its first values.
CopyRow key_of(const StatePart& part, const CopyRow& row);

/// The SHA-256 of one row after another, each value with its length in front.
class RowDigest {
 public:
  void add(const CopyRow& row);
  std::int64_t rows() const noexcept { return rows_; }
  const std::string& hex() const noexcept { return digest_; }
  friend bool operator==(const RowDigest&, const RowDigest&) = default;

 private:
  std::int64_t rows_ = 0;
  std::string digest_ = std::string(64, '0');
};

/// Bytes that the values of a row take.
std::size_t size_of(const CopyRow& row) noexcept;

}  // namespace imagegen::state
