#include "state/postgres/permit_store.hpp"

#include <algorithm>
#include <map>

namespace imagegen::state {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAskAgain{100};  // when a place is free cannot be known

constexpr const char* kAddLimits = R"sql(
INSERT INTO imagegen_permit_limits (name, next)
SELECT n.name, 0 FROM unnest($1::text[]) AS n (name)
WHERE NOT EXISTS (SELECT 1 FROM imagegen_permit_limits AS l WHERE l.name = n.name COLLATE "C")
ORDER BY n.name COLLATE "C" ON CONFLICT (name) DO NOTHING)sql";

// In order of their names, so that two requests never wait for each other in a circle.
constexpr const char* kLockLimits =
    "SELECT name, next FROM imagegen_permit_limits WHERE name = ANY ($1::text[]) ORDER BY name FOR UPDATE";

constexpr const char* kHolders = R"sql(
SELECT n.name, (SELECT count(*) FROM imagegen_permits AS p WHERE p.name = n.name COLLATE "C" AND p.lease_until >= $2)
FROM unnest($1::text[]) AS n (name))sql";

// Once the limits are locked, because waiting for them takes time too.
constexpr const char* kTimeAndIsHeld = "WITH now AS MATERIALIZED (SELECT " IMAGEGEN_PG_TIME("$2") R"sql( AS at)
SELECT now.at, EXISTS (SELECT 1 FROM imagegen_permits WHERE holder = $1 AND lease_until >= now.at) FROM now)sql";

constexpr const char* kKeep = "UPDATE imagegen_permits SET lease_until = $2 WHERE holder = $1";

// What has expired is swept out where new permits come in.
constexpr const char* kTake = R"sql(
WITH swept AS (
  DELETE FROM imagegen_permits WHERE name = ANY ($1::text[]) AND lease_until < $4 AND holder <> $2),
taken AS (
  INSERT INTO imagegen_permits (holder, name, lease_until) SELECT $2, n.name, $3 FROM unnest($1::text[]) AS n (name)
  ON CONFLICT (holder, name) DO UPDATE SET lease_until = excluded.lease_until)
UPDATE imagegen_permit_limits AS l SET next = n.next
FROM unnest($1::text[], $5::bigint[]) AS n (name, next) WHERE l.name = n.name COLLATE "C")sql";

class Acquisition {
 public:
  Acquisition(PgConnection& connection, const PermitRequest& request, std::optional<Timestamp> given)
      : connection_(connection), request_(request), given_(given) {
    for (const PermitLimit& limit : request.limits) names_.push_back(limit.name);
  }

  Result<PermitAnswer> run() {
    if (const auto locked = lock_limits(); !locked) return locked.error();
    const auto held = connection_.run(kTimeAndIsHeld, PgParams().text(request_.holder, "permit holder").time(given_));
    if (!held) return held.error();
    PgRow row(*held, 0);
    now_ = row.time();
    if (row.flag()) return keep();
    const auto wait = wait_for();
    if (!wait) return wait.error();
    if (wait->count() > 0) return PermitAnswer{false, *wait};
    return take();
  }

 private:
  Result<void> lock_limits() {
    PgParams names;
    names.texts(names_, "permit name");
    if (const auto added = connection_.run(kAddLimits, names); !added) return added.error();
    const auto locked = connection_.run(kLockLimits, names);
    if (!locked) return locked.error();
    for (int row = 0; row < locked->size(); ++row)
      rates_[locked->text(row, 0)] = PermitRate{from_unix_ms(locked->number(row, 1))};
    return {};
  }

  Result<milliseconds> wait_for() {
    const auto counted = connection_.run(kHolders, PgParams().texts(names_).time(now_));
    if (!counted) return counted.error();
    std::map<std::string, std::int64_t> holders;
    for (int row = 0; row < counted->size(); ++row) holders[counted->text(row, 0)] = counted->number(row, 1);
    milliseconds wait{};
    for (const PermitLimit& limit : request_.limits) {
      if (limit.per_minute > 0) wait = std::max(wait, rates_[limit.name].wait(limit.per_minute, now_));
      if (limit.max_concurrent > 0 && holders[limit.name] >= limit.max_concurrent) wait = std::max(wait, kAskAgain);
    }
    return wait;
  }

  Result<PermitAnswer> keep() {
    const auto kept = connection_.run(kKeep, PgParams().text(request_.holder).time(now_ + request_.lease));
    if (!kept) return kept.error();
    return PermitAnswer{true, {}};
  }

  Result<PermitAnswer> take() {
    std::vector<std::int64_t> next;
    for (const PermitLimit& limit : request_.limits) {
      const PermitRate rate = rates_[limit.name];
      next.push_back(to_unix_ms((limit.per_minute > 0 ? rate.after(limit.per_minute, now_) : rate).next));
    }
    PgParams params;
    params.texts(names_).text(request_.holder).time(now_ + request_.lease).time(now_).numbers(next);
    const auto taken = connection_.run(kTake, params);
    if (!taken) return taken.error();
    return PermitAnswer{true, {}};
  }

  PgConnection& connection_;
  const PermitRequest& request_;
  std::optional<Timestamp> given_;
  Timestamp now_{};  // the server's
  std::vector<std::string> names_;
  std::map<std::string, PermitRate> rates_;
};

class PgPermitStore : public PermitStore {
 public:
  explicit PgPermitStore(std::shared_ptr<PgDatabase> database) : database_(std::move(database)) {}

  Result<PermitAnswer> acquire(const PermitRequest& request) override {
    if (const auto checked = check_permit(request); !checked) return checked.error();
    return database_->transact(Durable::no,
                               [&](PgConnection& connection) {
                                 return Acquisition(connection, request, database_->given_time()).run();
                               });
  }

  // All that begins with "worker/" lies between that and "worker0", because '0' follows '/'.
  Result<void> renew(const std::string& worker, milliseconds lease) override {
    const auto renewed = database_->run(
        "WITH quick AS (SELECT set_config('synchronous_commit', 'off', true)) "
        "UPDATE imagegen_permits SET lease_until = $3::bigint + " IMAGEGEN_PG_TIME("$4")
        " FROM quick WHERE holder >= $1 AND holder < $2",
        PgParams()
            .text(worker + "/", "worker")
            .text(worker + "0", "worker")
            .number(lease.count())
            .time(database_->given_time()));
    if (!renewed) return renewed.error();
    return {};
  }

  Result<void> release(const std::string& holder) override {
    const auto released = database_->run(
        "WITH quick AS (SELECT set_config('synchronous_commit', 'off', true)) "
        "DELETE FROM imagegen_permits USING quick WHERE holder = $1",
        PgParams().text(holder, "permit holder"));
    if (!released) return released.error();
    return {};
  }

 private:
  const std::shared_ptr<PgDatabase> database_;
};

}  // namespace

std::unique_ptr<PermitStore> make_postgres_permit_store(std::shared_ptr<PgDatabase> database) {
  return std::make_unique<PgPermitStore>(std::move(database));
}

}  // namespace imagegen::state
