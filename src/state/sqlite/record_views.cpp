#include "state/sqlite/record_views.hpp"

namespace imagegen::sqlite {
namespace {

using state::Collections;
using state::SeenView;

SeenView look_at_view(Connection& connection, const RecordView& view) {
  auto row = connection.statement(
      "SELECT coalesce((SELECT version FROM record_view WHERE name = ?1), 0), "
      "EXISTS(SELECT 1 FROM sqlite_master WHERE name = ?1 COLLATE NOCASE)",
      view.name);
  SeenView seen;
  if (row.next()) seen.version = row.integer(), seen.there = row.flag();
  return seen;
}

void make_view(Connection& connection, const RecordCollection& collection) {
  const RecordView& view = *collection.view;
  if (!look_at_view(connection, view).is_wanting(view)) return;
  const std::string name = '"' + std::string(view.name) + '"';
  const std::string script = "DROP VIEW IF EXISTS " + name + "; CREATE VIEW " + name + " AS " +
                             state::view_select(collection, state::SqlDialect::sqlite);
  connection.run_script(script.c_str());
  connection.execute("INSERT OR REPLACE INTO record_view(name, version) VALUES(?, ?)", view.name,
                     std::int64_t{view.version});
}

}  // namespace

Result<void> make_views(Database& database, Collections collections, StateOpening opening) {
  if (opening == StateOpening::look) return {};
  const auto wanting = database.read([&](Connection& connection) {
    return state::any_is_wanting(collections, [&](const RecordView& view) { return look_at_view(connection, view); });
  });
  if (!wanting) return wanting.error();
  if (!*wanting) return {};
  return database.write([&](Connection& connection) -> Result<void> {
    for (const auto* collection : collections) {
      if (collection->view != nullptr) make_view(connection, *collection);
    }
    return {};
  });
}

Result<std::vector<std::string>> remarks(Database& database, Collections collections) {
  return database.read([&](Connection& connection) -> Result<std::vector<std::string>> {
    std::vector<std::string> found;
    if (connection.number("SELECT count(*) FROM sqlite_master WHERE name = 'asset_unmoved'") > 0) {
      const auto count = connection.number("SELECT count(*) FROM asset_unmoved");
      if (count > 0) found.push_back(state::unmoved_assets(count, "table asset_unmoved"));
    }
    const auto look = [&](const RecordView& view) { return look_at_view(connection, view); };
    if (const auto told = state::remark_taken_views(collections, look, found); !told) return told.error();
    return found;
  });
}

}  // namespace imagegen::sqlite
