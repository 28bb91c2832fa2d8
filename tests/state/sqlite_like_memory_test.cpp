#include <random>

#include "state/support/sqlite_file.hpp"
#include "support/matchers.hpp"

/// \file The SQLite store against the memory store: the same calls in any order give the same answers.
namespace imagegen::test {
namespace {

std::string describe(const Job& job) {
  const auto number = [](auto value) { return std::to_string(value) + " "; };
  return job.id + " " + std::string(to_string(job.state)) + " " + job.worker + " " + job.owner + " " + job.input + " " +
         job.output + " " + number(job.attempt) + number(job.crashes) + number(to_unix_ms(job.not_before)) +
         number(to_unix_ms(job.lease_until)) + number(to_unix_ms(job.updated)) + number(job.events) + job.last_hash;
}

std::string describe(const Result<Job>& job) {
  return job ? describe(*job) : std::string(to_string(job.error().code));
}

std::string describe(const std::vector<Job>& jobs) {
  std::string text;
  for (const Job& job : jobs) text += describe(job) + "\n";
  return text;
}

std::string describe(const std::vector<Announcement>& announcements) {
  std::string text;
  for (const auto& announcement : announcements) text += announcement.id + " " + announcement.text + "\n";
  return text;
}

std::string describe(const std::vector<HeldJob>& jobs) {
  std::string text;
  for (const HeldJob& job : jobs) text += job.id + (job.cancel_requested ? " to stop\n" : "\n");
  return text;
}

std::string describe(const std::optional<std::chrono::milliseconds>& time) {
  return time ? std::to_string(time->count()) : "never";
}

// The same choices for each store that it is asked for with the same seed.
class Choices {
 public:
  explicit Choices(unsigned seed) : random_(seed) {}
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  std::string id() { return "j" + std::to_string(below(60)); }
  std::string worker() { return "w" + std::to_string(below(4)); }
  std::string kind() { return below(3) == 0 ? "heroes" : "prompt"; }
  std::string owner() { return below(4) == 0 ? "" : "u" + std::to_string(below(3)); }
  Timestamp now() { return now_ += std::chrono::milliseconds(below(400)); }

  JobClaimRequest claim() {
    JobClaimRequest request;
    request.worker = worker(), request.max_jobs = 1 + below(6);
    request.kinds = below(2) == 0 ? std::vector<std::string>{"prompt"} : std::vector<std::string>{"prompt", "heroes"};
    request.lease = std::chrono::milliseconds(500 + below(3000));
    request.most_crashes = 2 + below(2), request.max_running_per_owner = below(4);
    if (below(6) == 0) request.dead = {worker()};
    for (int i = below(4) == 0 ? below(9) : 0; i > 0; --i) request.except.push_back(id());
    for (int i = below(4) == 0 ? 1 + below(40) : 0; i > 0; --i) request.only.push_back(id());
    return request;
  }

  JobRetry retry() {
    JobRetry retry;
    if (below(2) == 0) retry.input = "in" + std::to_string(below(9));
    if (below(3) == 0) retry.owner = owner();
    return retry;
  }

  JobUpdate update() {
    constexpr JobState kStates[] = {JobState::succeeded, JobState::failed, JobState::queued, JobState::running};
    JobUpdate update;
    update.state = kStates[below(4)];
    if (below(2) == 0) update.output = "out" + std::to_string(below(9));
    if (below(2) == 0) update.delay = std::chrono::milliseconds(below(5000));
    if (below(3) == 0) update.notes = {{"image_bought", "{}"}};
    for (int i = below(3); i > 0; --i) update.announcements.push_back({id(), "text " + std::to_string(below(9))});
    return update;
  }

 private:
  std::mt19937 random_;
  Timestamp now_ = from_unix_ms(1'800'000'000'000);
};

std::string step(JobStore& store, Choices& choices) {
  const Timestamp now = choices.now();
  const auto id = choices.id();
  switch (choices.below(9)) {
    case 0:
    case 1:
      return describe(store.add({id, choices.kind(), choices.owner(), "{}", choices.below(5) - 2}, now));
    case 2:
    case 3:
      return describe(store.claim(choices.claim(), now).value());
    case 4:
    case 5: {
      const auto update = choices.update();
      const auto job = store.find(id).value();
      return job ? describe(store.update(claim_of(*job), update, now)) : "none";
    }
    case 6:
      return describe(choices.below(2) == 0 ? store.cancel(id, now) : store.retry(id, choices.retry(), now));
    case 7: {
      const auto announced = store.announcements(1 + choices.below(9)).value();
      if (!announced.empty() && choices.below(2) == 0) store.announced({announced.back().id, id}).value();
      return describe(announced);
    }
    default:
      return describe(store.renew(choices.worker(), std::chrono::seconds(2)).value()) +
             describe(store.next_due({"prompt", "heroes"}).value()) + describe(store.next_due({"heroes"}).value());
  }
}

std::string all_of(JobStore& store, Choices& choices) {
  JobQuery query;
  query.limit = 7;
  if (choices.below(2) == 0) query.owner = choices.owner();
  if (choices.below(2) == 0) query.kind = choices.kind();
  if (choices.below(2) == 0) query.state = static_cast<JobState>(choices.below(6));
  std::string text;
  do {
    const auto page = store.list(query).value();
    text += describe(page.jobs) + page.next + "\n";
    query.after = page.next;
  } while (!query.after.empty());
  return text;
}

TEST(SqliteJobStore, AnswersAsTheMemoryStoreDoes) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    SqliteState sqlite;
    TimedJobStore memory(make_memory_job_store(sqlite.clock()), sqlite.clock());
    Choices for_memory(seed), for_sqlite(seed);
    for (int i = 0; i < 400; ++i) {
      const auto expected = step(memory, for_memory);
      ASSERT_EQ(step(sqlite.store(), for_sqlite), expected) << "seed " << seed << ", step " << i;
    }
    for (int i = 0; i < 16; ++i) EXPECT_EQ(all_of(sqlite.store(), for_sqlite), all_of(memory, for_memory));
  }
}

// Two owners fill the head of the queue; behind them are others, of two kinds.
void add_flood(JobStore& store) {
  const auto at = [](int ms) { return from_unix_ms(1'800'000'000'000 + ms); };
  const auto add = [&](const std::string& id, const std::string& owner, int ms, const std::string& kind = "prompt") {
    ASSERT_THAT(store.add({id, kind, owner, "{}", 0}, at(ms)), IsOk());
  };
  for (int i = 0; i < 200; ++i) add("f" + std::to_string(i), i % 2 == 0 ? "flood" : "tide", i);
  for (int i = 0; i < 9; ++i) add("v" + std::to_string(i), "v", 300 + 3 * i, i % 2 == 0 ? "heroes" : "prompt");
  for (int i = 0; i < 5; ++i) add("n" + std::to_string(i), "", 301 + 3 * i);
  for (int i = 0; i < 5; ++i) add("x" + std::to_string(i), "x" + std::to_string(i), 302 + 3 * i, "heroes");
}

TEST(SqliteJobStore, LooksBehindAFloodAsTheMemoryStoreDoes) {
  SqliteState sqlite;
  TimedJobStore memory(make_memory_job_store(sqlite.clock()), sqlite.clock());
  add_flood(memory);
  add_flood(sqlite.store());
  JobClaimRequest request;
  request.worker = "w", request.kinds = {"prompt", "heroes", "prompt"}, request.max_running_per_owner = 3;
  std::size_t claimed = 0;
  for (const int max_jobs : {1, 7, 2, 4, 9, 1}) {
    request.max_jobs = max_jobs;
    const auto expected = memory.claim(request, from_unix_ms(1'800'000'001'000)).value();
    EXPECT_EQ(describe(sqlite.store().claim(request, from_unix_ms(1'800'000'001'000)).value()), describe(expected));
    claimed += expected.size();
  }
  EXPECT_EQ(claimed, 3U + 3U + 3U + 5U + 5U);  // flood, tide, v, nobody's, x
}

}  // namespace
}  // namespace imagegen::test
