#include "state/postgres/record_views.hpp"

#include "state/postgres/schema.hpp"

namespace imagegen::state {
namespace {

// What is known of the name of a view: the version that was made, 0 for none, and whether anything has the name.
constexpr const char* kLookAtView =
    "SELECT coalesce((SELECT version FROM imagegen_record_views WHERE name = $1), 0), "
    "to_regclass(quote_ident(current_schema()) || '.' || quote_ident($1)) IS NOT NULL";

// `asked` is a database or a connection.
template <class Asked>
Result<SeenView> look_at_view(Asked& asked, const RecordView& view) {
  const auto rows = asked.run(kLookAtView, PgParams().text(view.name));
  if (!rows) return rows.error();
  PgRow at(*rows, 0);
  SeenView seen;
  seen.version = at.number(), seen.there = at.flag();
  return seen;
}

}  // namespace

// It keeps its readers' rights, because it is replaced and not made anew.
Result<void> make_view(PgConnection& connection, const RecordCollection& collection) {
  const RecordView& view = *collection.view;
  const auto seen = look_at_view(connection, view);
  if (!seen) return seen.error();
  if (!seen->is_wanting(view)) return {};
  const auto made = connection.run_script("CREATE OR REPLACE VIEW \"" + std::string(view.name) + "\" AS " +
                                          view_select(collection, SqlDialect::postgres));
  if (!made) return in_context(made.error(), "state: view " + std::string(view.name));
  const auto noted = connection.run(
      "INSERT INTO imagegen_record_views (name, version) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET version = $2",
      PgParams().text(view.name).number(view.version));
  return noted ? Result<void>() : noted.error();
}

Result<void> make_views(PgDatabase& database, Collections collections, StateOpening opening) {
  if (opening == StateOpening::look) return {};
  const auto wanting =
      any_is_wanting(collections, [&](const RecordView& view) { return look_at_view(database, view); });
  if (!wanting) return wanting.error();
  if (!*wanting) return {};
  return database.transact(Durable::yes, [&](PgConnection& connection) -> Result<void> {
    if (auto locked = lock_schema(connection); !locked) return locked;
    for (const auto* collection : collections) {
      if (collection->view == nullptr) continue;
      if (auto made = make_view(connection, *collection); !made) return made;
    }
    return {};
  });
}

Result<std::vector<std::string>> remarks(PgDatabase& database, Collections collections) {
  std::vector<std::string> found;
  const auto kept = database.run("SELECT to_regclass(quote_ident(current_schema()) || '.imagegen_assets_unmoved') IS NOT NULL");
  if (!kept) return kept.error();
  if (PgRow(*kept, 0).flag()) {
    const auto count = database.run("SELECT count(*) FROM imagegen_assets_unmoved");
    if (!count) return count.error();
    if (count->number(0, 0) > 0) found.push_back(unmoved_assets(count->number(0, 0), "table imagegen_assets_unmoved"));
  }
  const auto look = [&](const RecordView& view) { return look_at_view(database, view); };
  if (const auto told = remark_taken_views(collections, look, found); !told) return told.error();
  return found;
}

}  // namespace imagegen::state
