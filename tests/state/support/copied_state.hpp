#pragma once
#include <imagegen/state/copy.hpp>
#include <imagegen/state/state.hpp>
#include <imagegen/testing/contract/io_runner.hpp>

#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/spend/ledger_export.hpp>

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "state/support/sqlite_file.hpp"
#include "support/matchers.hpp"
#ifdef IMAGEGEN_HAS_POSTGRES
#include "support/postgres_server.hpp"
#endif

/// \file States that are copied: something of everything, and all of it as one text.
namespace imagegen::test {

/// Of the kind "sqlite" or "postgres", empty at first.
class CopyPlace {
 public:
  static std::string problem(const std::string& kind) {
#ifdef IMAGEGEN_HAS_POSTGRES
    if (kind == "postgres") return PostgresServer::shared().problem();
#endif
    return {};
  }
  explicit CopyPlace(const std::string& kind) {
#ifdef IMAGEGEN_HAS_POSTGRES
    if (kind == "postgres") schema_.emplace();
#endif
    url_ = "sqlite:" + file();
#ifdef IMAGEGEN_HAS_POSTGRES
    if (schema_) url_ = schema_->url();
#endif
  }

  std::string file() const { return folder_.file(); }
  const std::string& url() const { return url_; }
  std::unique_ptr<Spool> spool(State& state) const {
    return state.spool ? std::move(state.spool) : make_folder_spool(file() + "-spool").value();
  }
  /// Whether another program is kept from changing a job and a purchase; does not wait.
  bool is_locked() const {
    const auto is_refused = [](const auto& change) {
      try {
        change();
      } catch (const std::runtime_error&) {
        return true;
      }
      return false;
    };
#ifdef IMAGEGEN_HAS_POSTGRES
    if (schema_) {
      const auto run = [&](const std::string& sql) { TestSession(url_).run("SET lock_timeout = 1; " + sql); };
      return is_refused([&] { run("UPDATE imagegen_jobs SET attempt = attempt"); }) &&
             is_refused([&] { run("UPDATE imagegen_purchases SET note = note"); });
    }
#endif
    return is_refused([&] { RawSqlite(file()).run("UPDATE job SET attempt = attempt"); }) &&
           is_refused([&] { RawSqlite(file()).run("UPDATE purchase SET note = note"); });
  }
  StateOptions options(StateOpening opening = StateOpening::make) const {
    StateOptions made;
    made.url = Secret(url_), made.opening = opening;
    return made;
  }

 private:
  SqliteFolder folder_;
#ifdef IMAGEGEN_HAS_POSTGRES
  std::optional<TestSchema> schema_;
#endif
  std::string url_;
};

inline Timestamp long_ago(int ms) {
  return from_unix_ms(1'700'000'000'000 + ms);
}

inline constexpr std::string_view kCopiedKeys[] = {"owner"};
inline constexpr RecordCollection kCopiedBoats{"boats", kCopiedKeys};

inline PurchaseIntent copied_intent(const std::string& job, const std::string& slot) {
  PurchaseIntent made;
  made.job_id = job, made.slot = slot, made.user = "o'Neill ü", made.provider = "p", made.model = "m";
  made.estimate = Usd::from_dollars(0.04), made.master_key = "masters/" + job + slot;
  return made;
}

inline void fill_jobs(JobStore& jobs) {
  for (int i = 0; i < 12; ++i) {
    const auto id = "j" + std::to_string(i * 7 % 12);
    ASSERT_THAT(jobs.add({id, "prompt", i % 3 == 0 ? "" : "o'Neill ü", R"({"t":"\u0000ünï)" + id + "\"}", i % 5 - 2}, long_ago(i / 2)), IsOk());
  }
  JobClaimRequest request;
  request.worker = "w", request.kinds = {"prompt"}, request.max_jobs = 6, request.lease = std::chrono::milliseconds(1);
  const auto claimed = jobs.claim(request, long_ago(100'000'000)).value();
  ASSERT_EQ(claimed.size(), 6U);
  const JobState states[] = {JobState::succeeded, JobState::partly_succeeded, JobState::failed, JobState::queued};
  for (std::size_t i = 0; i < 4; ++i) {
    JobUpdate update;
    update.state = states[i], update.output = R"({"images":[]})", update.error = "why";
    if (states[i] == JobState::queued) update.delay = std::chrono::hours(2);
    update.notes = {{"image_bought", R"({"slot":0})"}};
    update.announcements = {{"z" + std::to_string(9 - i), R"({"n":1})"}};
    ASSERT_THAT(jobs.update(claim_of(claimed[i]), update, long_ago(100'000'000)), IsOk());
  }
  JobRetry retry;
  retry.input = R"({"t":"another"})";
  ASSERT_THAT(jobs.retry(claimed[0].id, retry, long_ago(100'000'001)), IsOk());
  ASSERT_THAT(jobs.announced({"z9"}), IsOk());
}

inline void fill_ledger(Ledger& ledger) {
  for (int i = 0; i < 5; ++i)
    ASSERT_THAT(ledger.reserve(copied_intent("j" + std::to_string(i), "0"), {}, long_ago(i / 2)), IsOk());
  auto set = copied_intent("j9", "0");
  set.also = {{"1", "masters/j91"}}, set.images = 2;
  ASSERT_THAT(ledger.reserve(set, {}, long_ago(9)), IsOk());
  ASSERT_THAT(ledger.remember("j1/0/1", "remote-1", "https://resume.test/1", long_ago(10)), IsOk());
  Settlement cost;
  cost.actual = Usd::from_dollars(0.05), cost.source = CostSource::usage;
  ASSERT_THAT(ledger.settle("j2/0/1", cost, long_ago(11)), IsOk());
  ASSERT_THAT(ledger.settle("j3/0/1", {PurchaseState::released}, long_ago(12)), IsOk());
  Settlement unknown{PurchaseState::outcome_unknown};
  unknown.note = "nobody knows";
  ASSERT_THAT(ledger.settle("j4/0/1", unknown, long_ago(13)), IsOk());
}

inline void fill_records(IoRunner& runner, RecordStore& records) {
  for (int i = 0; i < 7; ++i) {
    RecordChange change;
    change.collection = &kCopiedBoats, change.id = "b-" + std::to_string(i * 3 % 7), change.created = long_ago(i / 2);
    change.document = R"({"owner":"u-)" + std::to_string(i % 2) + R"(","t":"\u0001 1.50 ünï"})";
    for (int times = 0; times <= i % 3; ++times) ASSERT_THAT(runner.run(records.write({change})), IsOk());
  }
}

/// Something of everything; nobody works with it any more.
inline void fill_state(const CopyPlace& place, IoRunner& runner, ThreadPool& pool) {
  auto state = open_state(place.options(), pool).value();
  fill_jobs(*state.jobs);
  fill_ledger(*state.ledger);
  fill_records(runner, *state.records);
  const auto spool = place.spool(state);
  int age = 0;
  for (const auto* purchase : {"j2/0/1", "j1/0/1"}) {
    SpooledPicture picture{purchase, ObjectKey::parse(std::string("masters/") + purchase).value(), "image/png", "{}", Bytes(5000, 7)};
    picture.spooled = long_ago(++age);
    ASSERT_THAT(spool->put(picture), IsOk());
  }
}

/// All that the stores tell, in the order of their pages.
inline std::string told_by(const CopyPlace& place, IoRunner& runner, ThreadPool& pool) {
  auto state = open_state(place.options(StateOpening::existing), pool).value();
  std::ostringstream out;
  const auto ms = [](Timestamp time) { return " " + std::to_string(to_unix_ms(time)); };
  JobQuery jobs;
  jobs.limit = 5;
  do {
    const auto page = state.jobs->list(jobs).value();
    for (const Job& job : page.jobs) {
      out << job.id << ' ' << job.kind << ' ' << job.owner << ' ' << job.input << ' ' << job.priority << ' ' << to_string(job.state) << ' '
          << job.output << ' ' << job.error << ' ' << job.attempt << ' ' << job.crashes << ' ' << job.cancel_requested << ' ' << job.worker
          << ms(job.created) << ms(job.updated) << ms(job.not_before) << ms(job.lease_until) << '\n';
      const auto events = state.jobs->events(job.id).value();
      EXPECT_THAT(verify_events(job, events), IsOk()) << job.id;
      for (const JobEvent& event : events) out << "  " << event.number << ms(event.time) << event.name << event.detail << event.hash << '\n';
    }
    jobs.after = page.next;
  } while (!jobs.after.empty());
  for (const Announcement& announcement : state.jobs->announcements(100).value()) out << announcement.id << announcement.text << '\n';
  out << to_json(state.ledger->list({}).value().purchases) << '\n';
  for (const Purchase& purchase : state.ledger->list({}).value().purchases)
    for (const auto& [time, why, note] : purchase.history) out << ms(time) << to_string(why) << note << '\n';
  for (const auto* scope : {"total", "job:j1", "user:o'Neill ü"}) out << scope << state.ledger->used(scope).value().used.nanos << '\n';
  RecordQuery records;
  records.collection = &kCopiedBoats, records.limit = 2;
  for (const auto& where : {std::vector<std::pair<std::string, std::string>>(), {{"owner", "u-1"}}}) {
    records.where = where;
    do {
      const auto page = runner.run(state.records->list(records)).value();
      for (const Record& record : page.records) out << record.id << record.document << ms(record.created) << ' ' << record.revision << '\n';
      records.after = page.next;
    } while (!records.after.empty());
  }
  const auto spool = place.spool(state);
  for (const SpoolEntry& entry : spool->list({}).value().pictures)
    out << entry.purchase_id << entry.key.str() << entry.content_type << entry.about_json << entry.size_bytes << ms(entry.spooled) << '\n';
  return out.str();
}

inline StateCopyOptions copying(const CopyPlace& from, const CopyPlace& to) {
  StateCopyOptions made;
  made.from = Secret(from.url()), made.to = Secret(to.url()), made.rows_at_once = 4;
  return made;
}

}  // namespace imagegen::test
