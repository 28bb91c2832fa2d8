#include <atomic>
#include <thread>

#include "state/support/mongo_harness.hpp"

// MongoDB for jobs and records, another database for the money.
namespace imagegen::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class MongoLedger : public MongoTest {};

// These need no server: nothing is opened.
TEST(StateLedger, MongoDbWithoutALedgerIsRefusedBeforeAnythingIsOpened) {
  ThreadPool pool(1);
  StateOptions options;
  options.url = Secret("mongodb://u:hush-hush@127.0.0.1:1/db");
  const auto refused = open_state(options, pool);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, Errc::invalid_argument);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("stateLedger"), HasSubstr("IMAGEGEN_STATE_LEDGER"),
                                             HasSubstr("--state-ledger"), HasSubstr("budget"), Not(HasSubstr("hush"))));
}

TEST(StateLedger, ALedgerIsSqliteOrPostgres) {
  ThreadPool pool(1);
  for (const auto* ledger : {"mongodb://u:hush-hush@h/db", "memory:", "file:x", "hush-hush"}) {
    StateOptions options;
    options.url = Secret("memory:");
    options.ledger_url = Secret(ledger);
    const auto refused = open_state(options, pool);
    ASSERT_TRUE(refused.has_error()) << ledger;
    EXPECT_EQ(refused.error().code, Errc::invalid_argument) << ledger;
    EXPECT_THAT(refused.error().message, AllOf(HasSubstr("ledger"), Not(HasSubstr("hush")))) << ledger;
  }
}

TEST(StateLedger, AnyStateMayHaveItsLedgerElsewhere) {
  const TempFolder folder;
  ThreadPool pool(1);
  StateOptions options;
  options.url = Secret("memory:");
  options.ledger_url = Secret("sqlite:" + (folder.path() / "ledger.db").string());
  PurchaseIntent intent;
  intent.job_id = "j", intent.slot = "0", intent.provider = "p", intent.model = "m";
  intent.estimate = Usd::from_dollars(0.04);
  ASSERT_THAT(open_state(options, pool).value().ledger->reserve(intent, {}, from_unix_ms(0)), IsOk());
  const auto again = open_state(options, pool).value();
  EXPECT_EQ(again.ledger->used("total").value().used, Usd::from_dollars(0.04));
  EXPECT_THAT(again.description, AllOf(HasSubstr("memory"), HasSubstr("ledger: SQLite")));
}

TEST(StateLedger, ALedgerThatCannotBeOpenedSaysThatItIsTheLedger) {
  ThreadPool pool(1);
  StateOptions options;
  options.url = Secret("memory:");
  options.ledger_url = Secret("sqlite:/not/there/ledger.db");
  const auto refused = open_state(options, pool);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, Errc::storage_failed);
  EXPECT_THAT(refused.error().message, HasSubstr("state ledger"));
}

TEST_F(MongoLedger, InSqliteBesideMongoDbAdmitsExactlyWhatTheBudgetAllows) {
  const std::vector<State> states = [&] {
    std::vector<State> made;
    for (int i = 0; i < 2; ++i) made.push_back(open().value());
    return made;
  }();
  Budgets budgets;
  budgets.total = Usd::from_dollars(50 * 0.04);
  std::atomic<int> admitted{0}, refused{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 200; ++t) {
      threads.emplace_back([&, t] {
        auto& ledger = *states[static_cast<std::size_t>(t) % 2].ledger;
        for (int attempt = 0; attempt < 20; ++attempt) {  // a lock may be held for longer than `wait`
          const auto reserved = ledger.reserve(intent("j" + std::to_string(t)), budgets, at(0));
          if (reserved) ++admitted;
          if (reserved) return;
          if (reserved.error().code == Errc::budget_exceeded) ++refused;
          if (reserved.error().code != Errc::unavailable) return;
        }
      });
    }
  }
  EXPECT_EQ(admitted, 50);
  EXPECT_EQ(refused, 150);
  EXPECT_EQ(states[1].ledger->used("total").value().used, *budgets.total);
}

TEST_F(MongoLedger, DescribesBothWithoutPasswords) {
  const auto state = open().value();
  EXPECT_THAT(state.description, AllOf(HasSubstr("MongoDB at "), HasSubstr(database().name()), HasSubstr("SQLite")));
}

TEST_F(MongoLedger, JobsAndPurchasesGoTogetherAcrossTheTwo) {
  const auto state = open().value();
  ASSERT_THAT(state.jobs->add(job_named("a"), at(0)), IsOk());
  ASSERT_THAT(state.ledger->reserve(intent("a"), {}, at(1)), IsOk());
  const auto again = open().value();
  EXPECT_TRUE(again.jobs->find("a").value());
  EXPECT_TRUE(again.ledger->blocking("a", "0").value());
}

}  // namespace
}  // namespace imagegen::test
