#include "state/record_views.hpp"

namespace imagegen::state {
namespace {

using Type = RecordColumnType;

std::string when(const std::string& condition, const std::string& value) {
  return "CASE WHEN " + condition + " THEN " + value + " END";
}

// A value of a document, and the type that it has there.
struct SqlField {
  std::string value, type;
};

SqlField sqlite_field(std::string_view field) {
  const std::string path = "(document, '$." + std::string(field) + "')";
  return {"json_extract" + path, "json_type" + path};
}

std::string sqlite_time(const std::string& ms) {
  return "strftime('%Y-%m-%dT%H:%M:%fZ', " + ms + " / 1000.0, 'unixepoch')";
}

std::string sqlite_value(const RecordColumn& column) {
  const auto [value, type] = sqlite_field(column.field);
  switch (column.type) {
    case Type::text:
      return value;
    case Type::integer:
      return when(type + " = 'integer'", value);
    case Type::real:
      return when(type + " IN ('integer', 'real')", "CAST(" + value + " AS REAL)");
    case Type::boolean:
      return when(type + " IN ('true', 'false')", value);
    case Type::time:
      return when(type + " = 'integer'", sqlite_time(value));
  }
  return value;
}

SqlField postgres_field(std::string_view field) {
  // In quotes, because null without them is no name.
  std::string path = "'{\"";
  for (const char c : field) path += c == '.' ? std::string("\",\"") : std::string(1, c);
  path += "\"}'";
  return {"(document #>> " + path + ")", "json_typeof(document #> " + path + ")"};
}

// What is far from any date would be an error, and hide all other rows.
std::string postgres_time(const std::string& ms) {
  return when(ms + " BETWEEN -99999999999999 AND 99999999999999", "to_timestamp(" + ms + " / 1000.0)");
}

// A document holds whole numbers of 64 bits, so 19 digits are never too many.
std::string postgres_value(const RecordColumn& column) {
  const auto [value, type] = postgres_field(column.field);
  const auto whole = type + " = 'number' AND " + value + " ~ '^-?[0-9]{1,19}$'";
  switch (column.type) {
    case Type::text:
      return value;
    case Type::integer:
      return when(whole, value + "::bigint");
    case Type::real:
      return when(type + " = 'number'", value + "::float8");
    case Type::boolean:
      return when(type + " = 'boolean'", value + "::boolean");
    case Type::time:
      return when(whole, postgres_time(value + "::bigint"));
  }
  return value;
}

std::string column_value(const RecordColumn& column, SqlDialect dialect) {
  const bool is_sqlite = dialect == SqlDialect::sqlite;
  if (!column.field.starts_with('$')) return is_sqlite ? sqlite_value(column) : postgres_value(column);
  const std::string own(column.field.substr(1));
  if (column.type != Type::time) return own;
  return is_sqlite ? sqlite_time(own) : postgres_time(own);
}

}  // namespace

std::string view_select(const RecordCollection& collection, SqlDialect dialect) {
  std::string sql;
  for (const RecordColumn& column : collection.view->columns)
    sql += (sql.empty() ? "SELECT " : ", ") + column_value(column, dialect) + " AS \"" + std::string(column.name) + "\"";
  return sql + " FROM " + (dialect == SqlDialect::sqlite ? "record" : "imagegen_records") + " WHERE collection = '" +
         std::string(collection.name) + "'";
}

bool SeenView::is_wanting(const RecordView& view) const noexcept {
  return !is_taken() && (version < view.version || (version == view.version && !there));
}

Result<bool> any_is_wanting(Collections collections, const LookAtView& look) {
  for (const auto* collection : collections) {
    if (collection->view == nullptr) continue;
    const auto seen = look(*collection->view);
    if (!seen) return seen.error();
    if (seen->is_wanting(*collection->view)) return true;
  }
  return false;
}

Result<void> remark_taken_views(Collections collections, const LookAtView& look, std::vector<std::string>& remarks) {
  for (const auto* collection : collections) {
    if (collection->view == nullptr) continue;
    const auto seen = look(*collection->view);
    if (!seen) return seen.error();
    if (seen->is_taken())
      remarks.push_back("view " + std::string(collection->view->name) +
                        " was not made, because something else has its name; rename that, and open the state again");
  }
  return {};
}

std::string unmoved_assets(std::int64_t count, std::string_view where) {
  return std::to_string(count) + (count == 1 ? " record of a file is" : " records of files are") +
         " damaged and could not be moved to the other records; as before in " + std::string(where) +
         ": add what is of use with assets.put, then remove it there";
}

}  // namespace imagegen::state
