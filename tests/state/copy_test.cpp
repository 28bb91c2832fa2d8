#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/job/worker.hpp>
#include <imagegen/spend/ledger_export.hpp>
#include <imagegen/testing/contract/contract_test.hpp>

#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <tuple>
#include <utility>

#include "state/support/copied_state.hpp"

/// \file A copy is equal, whatever stops it on its way.
namespace imagegen::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

class StateCopy : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  void SetUp() override {
    for (const auto& kind : {std::get<0>(GetParam()), std::get<1>(GetParam())})
      if (const auto problem = CopyPlace::problem(kind); !problem.empty()) return fail_or_skip(problem);
    from_.emplace(std::get<0>(GetParam())), to_.emplace(std::get<1>(GetParam()));
    fill_state(*from_, runner_, pool_);
  }

  StateCopyOptions options() const { return copying(*from_, *to_); }
  std::string told(const CopyPlace& place) { return told_by(place, runner_, pool_); }
  State work_with(const CopyPlace& place) { return open_state(place.options(), pool_).value(); }

  IoRunner runner_;
  ThreadPool pool_{2};
  std::optional<CopyPlace> from_, to_;
};

TEST_P(StateCopy, IsEqual) {
  const auto before = told(*from_);
  const auto report = copy_state(options());
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(told(*to_), before);
  EXPECT_EQ(told(*from_), before);
  EXPECT_THAT(report->remarks, AllOf(Contains(HasSubstr("bought twice")), Contains(HasSubstr("3 purchases were under way"))));
  std::string parts;
  for (const auto& [name, rows, digest] : report->parts) parts += name + ":" + std::to_string(rows) + " ";
  EXPECT_EQ(parts, "purchases:7 budgets:9 records:7 record keys:7 announcements:3 jobs:12 events:27 spool:2 ");
}

// Each call is stopped after its first batch, so that every boundary is gone through, the last step too.
TEST_P(StateCopy, IsEqualWhateverStoppedItAndNobodyWorksWithAPartOfIt) {
  auto stopping = options();
  int left = 0, stops = 0;
  stopping.go_on = [&](const StateCopyProgress&) { return left-- > 0; };
  for (;; ++stops) {
    left = stops > 25 ? 1'000'000 : stops % 3;
    const auto report = copy_state(stopping);
    if (report) break;
    ASSERT_THAT(report, FailsSaying(Errc::cancelled, HasSubstr("make the same call again")));
    for (const auto opening : {StateOpening::make, StateOpening::existing})
      ASSERT_THAT(open_state(to_->options(opening), pool_), FailsSaying(Errc::unsupported, HasSubstr("unfinished copy of")));
    ASSERT_THAT(open_state(to_->options(StateOpening::look), pool_)->remarks().value(), Contains(HasSubstr("unfinished copy of")));
  }
  EXPECT_GT(stops, 20);
  EXPECT_EQ(told(*to_), told(*from_));
  EXPECT_THAT(open_state(to_->options(), pool_), IsOk());
}

TEST_P(StateCopy, BeginsAnewWithWhatHasChangedSinceItWasStopped) {
  auto stopping = options();
  stopping.go_on = [](const StateCopyProgress& at) { return at.part != "events"; };
  ASSERT_THAT(copy_state(stopping), FailsWith(Errc::cancelled));
  {
    const auto state = work_with(*from_);
    ASSERT_THAT(state.ledger->settle("j0/0/1", {}, long_ago(20)), IsOk());
    ASSERT_THAT(state.jobs->add({"a-new-one", "prompt", "", "{}"}, long_ago(21)), IsOk());
  }
  const auto report = copy_state(options());
  ASSERT_THAT(report, IsOk());
  EXPECT_TRUE(report->resumed);
  EXPECT_EQ(told(*to_), told(*from_));
}

TEST_P(StateCopy, LetsNobodyChangeTheSourceOrTheTargetMeanwhile) {
  const auto target = work_with(*to_);
  auto watched = options();
  int tries = 0;
  watched.go_on = [&](const StateCopyProgress& at) {
    if (at.part != "jobs" && at.part != "purchases") return true;
    ++tries;
    EXPECT_TRUE(from_->is_locked());
    JobClaimRequest request;
    request.worker = "w2", request.kinds = {"prompt"};
    const auto claimed = target.jobs->claim(request, long_ago(1));
    EXPECT_TRUE(claimed ? claimed->empty() : claimed.error().code == Errc::unsupported);
    EXPECT_THAT(target.ledger->reserve(copied_intent("new", "0"), {}, long_ago(1)), FailsWith(Errc::unsupported));
    return true;
  };
  EXPECT_THAT(copy_state(watched), IsOk());
  EXPECT_GT(tries, 3);
  EXPECT_FALSE(from_->is_locked());
}

TEST_P(StateCopy, HoldsFewOfWhatIsLong) {
  constexpr int kLong = 2 << 20;
  for (int i = 0; i < 5; ++i)
    ASSERT_THAT(work_with(*from_).jobs->add({"long" + std::to_string(i), "prompt", "", std::string(kLong, 'x')}, long_ago(i)), IsOk());
  auto counting = options();
  counting.rows_at_once = 1000;
  std::int64_t before = 0;
  std::vector<std::int64_t> batches;
  counting.go_on = [&](const StateCopyProgress& at) {
    if (at.part == "jobs") batches.push_back(at.rows - std::exchange(before, at.rows));
    return true;
  };
  ASSERT_THAT(copy_state(counting), IsOk());
  EXPECT_THAT(batches, testing::SizeIs(testing::Ge(2U)));
  EXPECT_EQ(before, 17);
  EXPECT_EQ(told(*to_), told(*from_));
}

TEST_P(StateCopy, GoesOnWithNewWorkWhereTheSourceWas) {
  ASSERT_THAT(copy_state(options()), IsOk());
  const auto state = work_with(*to_);
  ASSERT_THAT(state.jobs->add({"new", "prompt", "", "{}"}, long_ago(30)), IsOk());
  JobClaimRequest request;
  request.worker = "w2", request.kinds = {"prompt"}, request.only = {"new"};
  const auto claimed = state.jobs->claim(request, long_ago(30)).value();
  ASSERT_EQ(claimed.size(), 1U);
  JobUpdate update;
  update.announcements = {{"newest", "{}"}};
  ASSERT_THAT(state.jobs->update(claim_of(claimed[0]), update, long_ago(31)), IsOk());
  EXPECT_EQ(state.jobs->announcements(10).value().back().id, "newest");
  EXPECT_THAT(state.ledger->reserve(copied_intent("j0", "0"), {}, long_ago(32)), FailsWith(Errc::already_exists));
  EXPECT_THAT(state.ledger->reserve(copied_intent("j3", "0"), {}, long_ago(32)), IsOk()) << "that one was released";
}

TEST_P(StateCopy, OfASourceThatIsRetiredTakesItsPlace) {
  const auto idle = work_with(*from_);  // a worker that has nothing to do
  auto moving = options();
  moving.retire_source = true;
  ASSERT_THAT(copy_state(moving), IsOk());
  EXPECT_THAT(open_state(from_->options(), pool_), FailsSaying(Errc::unsupported, HasSubstr("moved to")));
  EXPECT_EQ(told(*from_), told(*to_)) << "it can be read";
  JobClaimRequest request;
  request.worker = "w2", request.kinds = {"prompt"};
  EXPECT_THAT(idle.jobs->claim(request, long_ago(1)), FailsSaying(Errc::unsupported, HasSubstr("moved to")));
  EXPECT_THAT(idle.jobs->add({"new", "prompt", "", "{}"}, long_ago(1)), FailsWith(Errc::unsupported));
  EXPECT_THAT(idle.ledger->reserve(copied_intent("x", "0"), {}, long_ago(1)), FailsWith(Errc::unsupported));
  EXPECT_THAT(work_with(*to_).jobs->claim(request, long_ago(1)), IsOk());
  const CopyPlace other(std::get<1>(GetParam()));
  EXPECT_THAT(copy_state(copying(*from_, other)), FailsSaying(Errc::conflict, HasSubstr("copy that one")));
}

TEST_P(StateCopy, ThatWasKilledBeforeItsLastStepIsCompletedAfterwards) {
  auto moving = options();
  moving.retire_source = true;
  moving.go_on = [](const StateCopyProgress& at) { return at.part != "the last step"; };
  ASSERT_THAT(copy_state(moving), FailsWith(Errc::cancelled));
  for (const auto* place : {&*from_, &*to_})
    EXPECT_THAT(open_state(place->options(), pool_), FailsWith(Errc::unsupported)) << "never both";
  const auto report = copy_state(options());
  ASSERT_THAT(report, IsOk());
  EXPECT_TRUE(report->source_retired);
  EXPECT_EQ(told(*to_), told(*from_));
  EXPECT_THAT(open_state(to_->options(), pool_), IsOk());
}

TEST_P(StateCopy, ThatIsCompleteIsFoundSoUntilItIsUsed) {
  ASSERT_THAT(copy_state(options()), IsOk());
  const auto again = copy_state(options());
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->was_complete);
  ASSERT_THAT(work_with(*to_).jobs->cancel("j11", long_ago(40)), IsOk());
  EXPECT_THAT(copy_state(options()), FailsSaying(Errc::conflict, HasSubstr("has been used since")));
}

TEST_P(StateCopy, IsRefusedWhileSomebodyWorks) {
  const auto own = worker_name();
  JobClaimRequest request;
  request.worker = own, request.kinds = {"prompt"};
  const auto claimed = work_with(*from_).jobs->claim(request, long_ago(1)).value();
  ASSERT_EQ(claimed.size(), 1U);
  const auto refused = copy_state(options());
  EXPECT_THAT(refused, FailsSaying(Errc::conflict, AllOf(HasSubstr("job " + claimed[0].id), HasSubstr(own), HasSubstr("End all workers"))));
  EXPECT_EQ(refused.error().retry, Retry::later);
}

TEST_P(StateCopy, IsRefusedWhileSomebodyHoldsAPermitOfEither) {
  for (const auto* place : {&*to_, &*from_}) {
    PermitRequest request;
    request.holder = "elsewhere/1", request.limits = {{"provider:openai", 1, 0}}, request.lease = std::chrono::hours(1);
    ASSERT_TRUE(work_with(*place).permits->acquire(request)->granted);
    EXPECT_THAT(copy_state(options()), FailsSaying(Errc::conflict, HasSubstr("permit provider:openai is held by elsewhere/1")));
    ASSERT_THAT(work_with(*place).permits->release(request.holder), IsOk());
  }
  EXPECT_THAT(copy_state(options()), IsOk());
}

TEST_P(StateCopy, GoesIntoNothingThatHasSomethingOfItsOwn) {
  ASSERT_THAT(work_with(*to_).ledger->reserve(copied_intent("mine", "0"), {}, long_ago(1)), IsOk());
  EXPECT_THAT(copy_state(options()), FailsSaying(Errc::conflict, HasSubstr("it has purchases of its own")));
  EXPECT_THAT(work_with(*to_).ledger->find("mine/0/1"), IsOk());
}

TEST_P(StateCopy, OfAnotherStateIsNotGoneOnWith) {
  auto stopping = options();
  stopping.go_on = [](const StateCopyProgress&) { return false; };
  ASSERT_THAT(copy_state(stopping), FailsWith(Errc::cancelled));
  const CopyPlace other("sqlite"), third("sqlite");
  fill_state(other, runner_, pool_);
  EXPECT_THAT(copy_state(copying(other, *to_)), FailsSaying(Errc::conflict, HasSubstr("unfinished copy of")));
  EXPECT_THAT(copy_state(copying(*to_, third)), FailsSaying(Errc::conflict, HasSubstr("unfinished copy of")));
}

std::vector<std::string> copied_kinds() {
  std::vector<std::string> kinds = {"sqlite"};
#ifdef IMAGEGEN_HAS_POSTGRES
  kinds.emplace_back("postgres");
#endif
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(Between, StateCopy, testing::Combine(testing::ValuesIn(copied_kinds()), testing::ValuesIn(copied_kinds())),
                         [](const auto& kinds) { return std::get<0>(kinds.param) + "_" + std::get<1>(kinds.param); });

class SqliteCopy : public testing::Test {
 protected:
  // All rows, as this database has them; an output that is empty may be no row.
  static std::string dump(const std::string& file) {
    RawSqlite raw(file);
    std::string all;
    for (const std::string table : {"job", "job_input", "job_output", "job_event", "purchase", "budget", "record", "record_key", "announcement"}) {
      const auto columns = raw.text("SELECT group_concat('quote(' || name || ')', ' || '','' || ') FROM pragma_table_info('" + table +
                                    "') WHERE name <> 'seq' OR '" + table + "' = 'announcement'");
      all += table + ": " + raw.text("SELECT group_concat(line, char(10)) FROM (SELECT " + columns + " AS line FROM " + table +
                                     (table == "job_output" ? " WHERE output <> ''" : "") + " ORDER BY line)") + "\n";
    }
    return all;
  }

  IoRunner runner_;
  ThreadPool pool_{2};
};

TEST_F(SqliteCopy, ThereAndBackIsWhatItWas) {
  const auto between = copied_kinds().back();
  if (const auto problem = CopyPlace::problem(between); !problem.empty()) return fail_or_skip(problem);
  const CopyPlace first("sqlite"), second(between), third("sqlite");
  fill_state(first, runner_, pool_);
  ASSERT_THAT(copy_state(copying(first, second)), IsOk());
  ASSERT_THAT(copy_state(copying(second, third)), IsOk());
  const auto was = dump(first.file());
  EXPECT_THAT(was, AllOf(HasSubstr("'z8'"), HasSubstr("image_bought"), HasSubstr("nobody knows"), HasSubstr("o''Neill")));
  EXPECT_EQ(dump(third.file()), was);
}

// By the system, in the middle of whatever it does.
TEST_F(SqliteCopy, OfAProcessThatWasKilledIsGoneOnWith) {
  const CopyPlace from("sqlite"), to("sqlite");
  fill_state(from, runner_, pool_);
  for (const int last : {1, 6, 14}) {
    auto killed = copying(from, to);
    int left = last;
    killed.go_on = [&](const StateCopyProgress&) { return --left > 0 || ::raise(SIGKILL) != 0; };
    EXPECT_EXIT(static_cast<void>(copy_state(killed)), testing::KilledBySignal(SIGKILL), "");
    EXPECT_THAT(open_state(to.options(), pool_), FailsWith(Errc::unsupported));
  }
  const auto report = copy_state(copying(from, to));
  ASSERT_THAT(report, IsOk());
  EXPECT_TRUE(report->resumed);
  EXPECT_EQ(dump(to.file()), dump(from.file()));
}

TEST_F(SqliteCopy, OfOtherKindsAndOfTheSameTwiceIsRefused) {
  const CopyPlace from("sqlite"), to("sqlite");
  fill_state(from, runner_, pool_);
  auto options = copying(from, to);
  for (const auto* other : {"memory:", "mongodb://localhost/shop"}) {
    options.to = Secret(other);
    EXPECT_THAT(copy_state(options), FailsSaying(Errc::unsupported, HasSubstr("expected sqlite:FILE or postgres://")));
  }
  options.to = options.from;
  EXPECT_THAT(copy_state(options), FailsWith(Errc::invalid_argument));
  std::filesystem::copy_file(from.file(), to.file());
  EXPECT_THAT(copy_state(copying(from, to)), FailsSaying(Errc::invalid_argument, HasSubstr("expected two states")));
  options.from = Secret("sqlite:" + to.file() + "-there-is-none"), options.to = Secret(to.url());
  EXPECT_THAT(copy_state(options), FailsWith(Errc::not_found));
}

// As docs/state.md says.
TEST_F(SqliteCopy, OfASourceThatWasRetiredIsTakenBackByHand) {
  const CopyPlace from("sqlite"), to("sqlite");
  fill_state(from, runner_, pool_);
  auto moving = copying(from, to);
  moving.retire_source = true;
  ASSERT_THAT(copy_state(moving), IsOk());
  RawSqlite raw(from.file());
  raw.run(raw.text("SELECT group_concat('DROP TRIGGER ' || name || ';', '') FROM sqlite_master WHERE name LIKE 'no_more_%'"));
  raw.run("UPDATE state_mark SET mark = ''");
  const auto state = open_state(from.options(), pool_).value();
  EXPECT_THAT(state.ledger->reserve(copied_intent("new", "0"), {}, long_ago(1)), IsOk());
}

TEST_F(SqliteCopy, SharesASpoolThatBothUse) {
  const CopyPlace from("sqlite"), to("sqlite");
  fill_state(from, runner_, pool_);
  const auto spool = make_memory_spool();
  ASSERT_THAT(spool->put({"j1/0/1", ObjectKey::parse("a.png").value(), "image/png", "{}", Bytes(9, 1)}), IsOk());
  auto options = copying(from, to);
  options.from_spool = options.to_spool = spool.get();
  ASSERT_THAT(copy_state(options), IsOk());
  EXPECT_FALSE(std::filesystem::exists(to.file() + "-spool"));
}

TEST_F(SqliteCopy, LeavesADamagedPictureWhereItIsAndSaysSo) {
  const CopyPlace from("sqlite"), to("sqlite");
  fill_state(from, runner_, pool_);
  std::filesystem::resize_file(from.file() + "-spool/j1%2f0%2f1.picture", 5100);
  const auto report = copy_state(copying(from, to));
  ASSERT_THAT(report, IsOk());
  EXPECT_THAT(report->remarks, Contains(AllOf(HasSubstr("left behind"), HasSubstr("j1%2f0%2f1.picture"))));
  EXPECT_EQ(report->parts.back().rows, 1);
}

}  // namespace
}  // namespace imagegen::test
