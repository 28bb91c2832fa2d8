#include <imagegen/job/job_store.hpp>

#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/maker/job/store_parts.hpp>

#include <algorithm>
#include <set>
#include <utility>

#include "state/sqlite/change_poll.hpp"
#include "state/sqlite/job_claim.hpp"
#include "state/sqlite/job_list.hpp"
#include "state/sqlite/job_rows.hpp"
#include "state/sqlite/stores.hpp"

namespace imagegen::sqlite {
namespace {

class SqliteJobStore final : public JobStore {
 public:
  explicit SqliteJobStore(std::shared_ptr<Database> database)
      : database_(std::move(database)), poll_(poll_changes(database_->file(), watchers_)) {}

  Result<Job> add(const NewJob& wanted, Timestamp now) override {
    const JobTime times(now, database_->now());
    const auto change = create_job(wanted, times);
    if (!change) return change.error();
    auto added = database_->write([&](Connection& connection) -> Result<Job> {
      if (load_job(connection, wanted.id)) return Error(Errc::already_exists, "job " + wanted.id + ": the id is taken");
      insert_job(connection, *change, times.decides);
      return change->job;
    });
    if (added) watchers_->call();
    return added;
  }

  Result<std::optional<Job>> find(const std::string& id) override {
    return database_->read([&](Connection& connection) -> Result<std::optional<Job>> {
      auto row = load_job(connection, id);
      if (!row) return std::optional<Job>();
      return std::optional(std::move(row->job));
    });
  }

  Result<JobPage> list(const JobQuery& query) override {
    if (const auto checked = check_query(query); !checked) return checked.error();
    const auto after = parse_cursor(query.after);
    if (!after) return after.error();
    return database_->read(
        [&](Connection& connection) -> Result<JobPage> { return list_jobs(connection, query, *after); });
  }

  Result<std::vector<JobEvent>> events(const std::string& id) override {
    return database_->read([&](Connection& connection) -> Result<std::vector<JobEvent>> {
      return read_events(connection.statement(kSelectEvents + "(SELECT seq FROM job WHERE id = ?) ORDER BY number", id));
    });
  }

  Result<std::vector<Job>> claim(const JobClaimRequest& request, Timestamp now) override {
    if (const auto checked = check_claim(request); !checked) return checked.error();
    return database_->write([&](Connection& connection) -> Result<std::vector<Job>> {
      return claim_jobs(connection, request, {now, database_->now()});
    });
  }

  Result<std::vector<HeldJob>> renew(const std::string& worker, std::chrono::milliseconds lease) override {
    return database_->write([&](Connection& connection) -> Result<std::vector<HeldJob>> {
      auto rows = connection.statement(
          "UPDATE job INDEXED BY job_worker SET lease_until = ? WHERE state = 'running' AND worker = ? "
          "RETURNING id, attempt, cancel_requested",
          database_->now() + lease, worker);
      std::vector<HeldJob> held;
      while (rows.next()) {
        HeldJob job;
        job.id = rows.text(), job.attempt = rows.small_integer(), job.cancel_requested = rows.flag();
        held.push_back(std::move(job));
      }
      std::sort(held.begin(), held.end(), [](const HeldJob& a, const HeldJob& b) { return a.id < b.id; });
      return held;
    });
  }

  Result<void> confirm(const JobClaim& claim) override {
    return database_->read([&](Connection& connection) -> Result<void> {
      auto row = connection.statement("SELECT state, worker, attempt, cancel_requested FROM job WHERE id = ?",
                                      claim.job_id);
      if (!row.next()) return Error(Errc::not_found, "job " + claim.job_id + ": there is none");
      Job job;
      job.id = claim.job_id;
      job.state = read_state(connection, row);
      job.worker = row.text(), job.attempt = row.small_integer(), job.cancel_requested = row.flag();
      return confirm_claim(job, claim);
    });
  }

  Result<Job> update(const JobClaim& claim, const JobUpdate& update, Timestamp now) override {
    return change(claim.job_id, [&](Job job, Timestamp decides) {
      return update_job(std::move(job), claim, update, {now, decides});
    });
  }
  Result<Job> cancel(const std::string& id, Timestamp now) override {
    return change(id, [&](Job job, Timestamp) { return cancel_job(std::move(job), now); });
  }
  Result<Job> retry(const std::string& id, const JobRetry& retry, Timestamp now) override {
    return change(id, [&](Job job, Timestamp decides) { return retry_job(std::move(job), retry, {now, decides}); });
  }

  Result<Job> erase(const std::string& id, const JobErasure& erasure, Timestamp now) override {
    return database_->write_durably([&](Connection& connection) -> Result<Job> {
      auto row = load_job(connection, id);
      if (!row) return Error(Errc::not_found, "job " + id + ": there is none");
      auto events = read_events(connection.statement(kSelectEvents + "? ORDER BY number", row->seq));
      if (is_erased(row->job)) return std::move(row->job);
      auto erased = erase_job(std::move(row->job), std::move(events), erasure, now);
      if (!erased) return erased.error();
      save_erased(connection, row->seq, *erased);
      return std::move(erased->job);
    });
  }

  // Goes from worker to worker through the index, however many jobs each has.
  Result<std::vector<std::string>> running_workers() override {
    return database_->read([](Connection& connection) -> Result<std::vector<std::string>> {
      auto rows = connection.statement(
          "WITH RECURSIVE workers(worker) AS ("
          "SELECT min(worker) FROM job INDEXED BY job_worker WHERE state = 'running' "
          "UNION ALL SELECT (SELECT min(job.worker) FROM job INDEXED BY job_worker WHERE state = 'running' AND "
          "job.worker > workers.worker) FROM workers WHERE worker IS NOT NULL) "
          "SELECT worker FROM workers WHERE worker IS NOT NULL");
      std::vector<std::string> workers;
      while (rows.next()) workers.push_back(rows.text());
      return workers;
    });
  }

  Result<std::optional<std::chrono::milliseconds>> next_due(const std::vector<std::string>& kinds,
                                                            const std::vector<std::string>& except) override {
    if (const auto checked = check_except(except); !checked) return checked.error();
    const std::set<std::string> declined(except.begin(), except.end());
    return database_->read([&](Connection& connection) -> Result<std::optional<std::chrono::milliseconds>> {
      std::optional<Timestamp> least;
      for (const std::string& kind : kinds) {
        for (const std::int64_t ready : {0, 1}) {
          const auto due = first_due(connection, kind, ready, declined);
          if (due) least = least ? std::min(*least, *due) : *due;
        }
      }
      if (!least) return std::optional<std::chrono::milliseconds>();
      return std::optional(until_due(*least, database_->now()));
    });
  }

  Result<std::vector<Announcement>> announcements(int limit) override {
    if (const auto checked = check_announcements(limit); !checked) return checked.error();
    return database_->read([&](Connection& connection) -> Result<std::vector<Announcement>> {
      auto rows = connection.statement("SELECT id, text FROM announcement ORDER BY seq LIMIT ?", std::int64_t{limit});
      std::vector<Announcement> found;
      while (rows.next()) {
        Announcement announcement;
        announcement.id = rows.text(), announcement.text = rows.text();
        found.push_back(std::move(announcement));
      }
      return found;
    });
  }

  Result<void> announced(const std::vector<std::string>& ids) override {
    if (ids.empty()) return {};
    return database_->write([&](Connection& connection) -> Result<void> {
      for (const std::string& id : ids) connection.execute("DELETE FROM announcement WHERE id = ?", id);
      return {};
    });
  }

  std::unique_ptr<Watch> watch(std::function<void()> on_work) override { return poll_->add(std::move(on_work)); }

 private:
  // Stops at the first that was not declined; most often that is the first.
  static std::optional<Timestamp> first_due(Connection& connection, const std::string& kind, std::int64_t ready,
                                            const std::set<std::string>& declined) {
    auto rows = connection.statement(
        "SELECT not_before, id FROM job INDEXED BY job_due WHERE state = 'queued' AND kind = ? AND ready = ? "
        "ORDER BY not_before",
        kind, ready);
    while (rows.next()) {
      const Timestamp due = rows.time();
      if (!declined.contains(rows.text())) return due;
    }
    return std::nullopt;
  }

  template <class Change>
  Result<Job> change(const std::string& id, const Change& how) {
    auto changed = database_->write([&](Connection& connection) -> Result<Job> {
      const auto row = load_job(connection, id);
      if (!row) return Error(Errc::not_found, "job " + id + ": there is none");
      const Timestamp now = database_->now();
      auto change = how(row->job, now);
      if (!change) return change.error();
      save_job(connection, *row, *change, now);
      return std::move(change->job);
    });
    if (changed && changed->state == JobState::queued) watchers_->call();
    return changed;
  }

  std::shared_ptr<Database> database_;
  std::shared_ptr<JobWatchers> watchers_ = std::make_shared<JobWatchers>();
  std::shared_ptr<WorkPoll> poll_;
};

}  // namespace

std::unique_ptr<JobStore> make_job_store(std::shared_ptr<Database> database) {
  return std::make_unique<SqliteJobStore>(std::move(database));
}

}  // namespace imagegen::sqlite
