#include "state/open_database.hpp"
#include "state/postgres/job_store.hpp"
#include "state/postgres/ledger.hpp"
#include "state/postgres/metadata_store.hpp"
#include "state/postgres/permit_store.hpp"
#include "state/postgres/schema.hpp"
#include "state/postgres/spool.hpp"

namespace imagegen::state {
namespace {

constexpr int kMostConnections = 64;

Result<void> check(const StateOptions& options) {
  if (options.connections < 1 || options.connections > kMostConnections)
    return Error(Errc::invalid_argument,
                 "state connections: expected 1 to 64, got " + std::to_string(options.connections));
  if (options.wait.count() < 1 || options.wait > std::chrono::hours(1))
    return Error(Errc::invalid_argument,
                 "state wait: expected 1 ms to 1 h, got " + std::to_string(options.wait.count()) + " ms");
  return {};
}

}  // namespace

Result<State> open_postgres(const StateOptions& options, ThreadPool& pool) {
  if (const auto checked = check(options); !checked) return checked.error();
  const auto address = parse_postgres_url(options.url);
  if (!address) return address.error();
  const auto database = std::make_shared<PgDatabase>(*address, options.connections, options.wait, options.clock);
  if (const auto migrated = migrate(*database, options.opening); !migrated) return migrated.error();
  return State{make_postgres_job_store(database), make_postgres_permit_store(database), make_postgres_ledger(database),
               make_postgres_metadata_store(database, pool), address->server, make_postgres_spool(database),
               [database] { return examine(*database); }};
}

}  // namespace imagegen::state
