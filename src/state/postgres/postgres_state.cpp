#include "state/copy/mark.hpp"
#include "state/open_database.hpp"
#include "state/postgres/copy_session.hpp"
#include "state/postgres/job_store.hpp"
#include "state/postgres/ledger.hpp"
#include "state/postgres/open_server.hpp"
#include "state/postgres/permit_store.hpp"
#include "state/postgres/record_store.hpp"
#include "state/postgres/record_views.hpp"
#include "state/postgres/schema.hpp"
#include "state/postgres/spool.hpp"

namespace imagegen::state {
namespace {

Result<std::vector<std::string>> all_remarks_of(PgDatabase& database, Collections collections) {
  auto found = remarks(database, collections);
  if (!found) return found;
  const auto mark = database.transact(Durable::no, [&](PgConnection& connection) {
    PgCopySession session(connection, database);
    return mark_remark(session);
  });
  if (!mark) return mark.error();
  if (*mark) found->push_back(**mark);
  return found;
}

}  // namespace

Result<std::shared_ptr<PgDatabase>> open_server(const StateOptions& options) {
  if (const auto checked = check_server_options(options); !checked) return checked.error();
  const auto address = parse_postgres_url(options.url);
  if (!address) return address.error();
  auto database = std::make_shared<PgDatabase>(*address, options.connections, options.wait, options.clock);
  if (const auto migrated = migrate(*database, options.opening); !migrated) return migrated.error();
  if (const auto made = make_views(*database, options.collections, options.opening); !made) return made.error();
  return database;
}

Result<State> open_postgres(const StateOptions& options, ThreadPool& pool) {
  const auto opened = open_server(options);
  if (!opened) return opened.error();
  const auto& database = *opened;
  const auto may = database->transact(Durable::no, [&](PgConnection& connection) {
    PgCopySession session(connection, *database);
    return check_opening(session, options.opening, database->address().server);
  });
  if (!may) return may.error();
  State state;
  state.jobs = make_postgres_job_store(database), state.permits = make_postgres_permit_store(database);
  state.ledger = make_postgres_ledger(database), state.spool = make_postgres_spool(database);
  state.records = make_postgres_record_store(database, pool);
  state.assets = make_record_asset_store(*state.records);
  state.description = database->address().server;
  state.examine = [database] { return examine(*database); };
  state.remarks = [database, collections = options.collections] { return all_remarks_of(*database, collections); };
  // A statement that takes rows of earlier versions out of all tables in which erased texts have been.
  state.scrub = [database]() -> Result<void> {
    const auto done = database->run(
        "VACUUM imagegen_jobs, imagegen_job_events, imagegen_announcements, imagegen_purchases, imagegen_records, "
        "imagegen_record_keys, imagegen_spool");
    return done ? Result<void>() : in_context(done.error(), "removing old rows");
  };
  return state;
}

}  // namespace imagegen::state
