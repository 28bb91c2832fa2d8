#include <imagegen/job/permit_store.hpp>

#include <algorithm>
#include <utility>

#include "state/sqlite/stores.hpp"

namespace imagegen::sqlite {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAskAgain{100};  // when a place is free cannot be known

class SqlitePermitStore final : public PermitStore {
 public:
  explicit SqlitePermitStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}

  Result<PermitAnswer> acquire(const PermitRequest& request) override {
    if (const auto checked = check_permit(request); !checked) return checked.error();
    return database_->write([&](Connection& connection) -> Result<PermitAnswer> {
      const Timestamp now = database_->now();
      if (keep(connection, request, now)) return PermitAnswer{true, {}};
      const auto wait = wait_for(connection, request, now);
      if (wait.count() > 0) return PermitAnswer{false, wait};
      forget_what_has_ended(connection, request, now);
      for (const PermitLimit& limit : request.limits) take(connection, limit, request, now);
      return PermitAnswer{true, {}};
    });
  }

  Result<void> renew(const std::string& worker, milliseconds lease) override {
    return database_->write([&](Connection& connection) -> Result<void> {
      // All that begin with "worker/", as a range of the primary key: '0' follows '/'.
      connection.execute("UPDATE permit SET lease_until = ? WHERE holder >= ? AND holder < ?",
                         database_->now() + lease, worker + "/", worker + "0");
      return {};
    });
  }

  Result<void> release(const std::string& holder) override {
    return database_->write([&](Connection& connection) -> Result<void> {
      connection.execute("DELETE FROM permit WHERE holder = ?", holder);
      return {};
    });
  }

 private:
  // Whether the holder has its permit, which then lasts longer.
  static bool keep(Connection& connection, const PermitRequest& request, Timestamp now) {
    {
      auto held = connection.statement("SELECT 1 FROM permit WHERE holder = ? AND lease_until >= ? LIMIT 1",
                                       request.holder, now);
      if (!held.next()) return false;
    }
    connection.execute("UPDATE permit SET lease_until = ? WHERE holder = ?", now + request.lease, request.holder);
    return true;
  }

  static milliseconds wait_for(Connection& connection, const PermitRequest& request, Timestamp now) {
    milliseconds wait{};
    for (const PermitLimit& limit : request.limits) {
      if (limit.per_minute > 0) wait = std::max(wait, rate_of(connection, limit.name).wait(limit.per_minute, now));
      if (limit.max_concurrent > 0 && holders_now(connection, limit.name, now) >= limit.max_concurrent)
        wait = std::max(wait, kAskAgain);
    }
    return wait;
  }

  static PermitRate rate_of(Connection& connection, const std::string& name) {
    auto row = connection.statement("SELECT next FROM permit_rate WHERE name = ?", name);
    return row.next() ? PermitRate{row.time()} : PermitRate{};
  }

  static std::int64_t holders_now(Connection& connection, const std::string& name, Timestamp now) {
    auto row = connection.statement("SELECT count(*) FROM permit WHERE name = ? AND lease_until >= ?", name, now);
    return row.next() ? row.integer() : 0;
  }

  // A rate whose bucket is empty again is as good as none.
  static void forget_what_has_ended(Connection& connection, const PermitRequest& request, Timestamp now) {
    for (const PermitLimit& limit : request.limits)
      connection.execute("DELETE FROM permit WHERE name = ? AND lease_until < ?", limit.name, now);
    connection.execute("DELETE FROM permit WHERE holder = ?", request.holder);
    connection.execute("DELETE FROM permit_rate WHERE next < ?", now);
  }

  static void take(Connection& connection, const PermitLimit& limit, const PermitRequest& request, Timestamp now) {
    connection.execute("INSERT INTO permit(holder, name, lease_until) VALUES(?, ?, ?)", request.holder, limit.name,
                       now + request.lease);
    if (limit.per_minute <= 0) return;
    const auto rate = rate_of(connection, limit.name).after(limit.per_minute, now);
    connection.execute("INSERT OR REPLACE INTO permit_rate(name, next) VALUES(?, ?)", limit.name, rate.next);
  }

  std::shared_ptr<Database> database_;
};

}  // namespace

std::unique_ptr<PermitStore> make_permit_store(std::shared_ptr<Database> database) {
  return std::make_unique<SqlitePermitStore>(std::move(database));
}

}  // namespace imagegen::sqlite
