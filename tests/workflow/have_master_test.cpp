#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/contract/io_runner.hpp>
#include <imagegen/testing/fake_provider.hpp>
#include <imagegen/testing/faulty_store.hpp>
#include <imagegen/testing/manual_clock.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/matchers.hpp"
#include "workflow/fake_prices.hpp"
#include "workflow/image_job/have_master.hpp"

// What is paid for is never lost and never paid for twice, whatever the store does.
namespace imagegen::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kMasterKey = "masters/1";

class HaveMaster : public testing::Test {
 protected:
  HaveMaster() { fake_.model().model = "fake-1"; }

  MasterServices services() {
    PurchaseServices purchase{providers_, *ledger_, pool_, clock_, prices_};
    return {purchase, store_, spool_.get(), nullptr, 1U << 20U};
  }
  MasterOrder order(const std::string& job = "j") {
    MasterOrder made;
    made.purchase.job_id = job, made.purchase.slot = "0", made.purchase.attempt = 1;
    made.purchase.master_key = kMasterKey;
    made.purchase.request.prompt.text = "a red boat", made.purchase.request.size = PixelSize{1024, 1024};
    fake_.model().seed = SeedRange{};
    made.purchase.request.seed = 7;
    made.purchase.deadline = deadline_after(clock_, patience_);
    return made;
  }
  Result<Master> have(MasterServices with, MasterOrder wanted) {
    auto task = have_master(std::move(with), std::move(wanted));
    return io_.run(std::move(task));
  }
  Result<Master> have() { return have(services(), order()); }
  void answer_with_cost() {
    GeneratedImages images;
    images.images.push_back({to_bytes("a picture"), "a very red boat"});
    images.usage = TokenUsage{0, 0, 50, 0};
    fake_.capability_.provider = "openai", fake_.model().model = "gpt-image-1";
    prices_ = PriceTable(PriceTable::built_in());
    fake_.answer_with(Submission{images});
  }
  Purchase row() { return ledger_->list({}).value().purchases.at(0); }

  IoRunner io_;
  ThreadPool pool_{1};
  ManualClock clock_{ManualClock::Mode::jumping};  // nobody waits for a back-off
  std::chrono::milliseconds patience_{600'000};
  FakeProvider fake_{[](PixelSize) { return to_bytes("a picture"); }};
  ProviderSet providers_{fake_};
  std::unique_ptr<Ledger> ledger_ = make_memory_ledger();
  std::unique_ptr<ObjectStore> inner_ = make_memory_store();
  FaultyStore store_{*inner_};
  std::unique_ptr<Spool> spool_ = make_memory_spool();
  PriceTable prices_ = fake_prices();
};

TEST_F(HaveMaster, KeepsThePictureAndWhatItsAnswerTold) {
  answer_with_cost();
  const auto bought = have();
  ASSERT_THAT(bought, IsOk());
  EXPECT_TRUE(bought->bought_now);
  EXPECT_EQ(as_text(bought->file), "a picture");
  fake_.capability_.provider = "placeholder", fake_.model().model = "other";
  const auto found = have();
  ASSERT_THAT(found, IsOk());
  EXPECT_FALSE(found->bought_now);
  EXPECT_EQ(found->answer, bought->answer) << "as it was bought, and not as things are configured now";
  EXPECT_EQ(found->answer.provider, "openai");
  EXPECT_EQ(found->answer.model, "gpt-image-1");
  EXPECT_EQ(found->answer.revised_prompt, "a very red boat");
  EXPECT_EQ(found->answer.seed, 7U);
  EXPECT_EQ(found->answer.actual, row().actual);
  EXPECT_EQ(fake_.accepted, 1);
}

TEST_F(HaveMaster, WhatWasNotSettledIsSettledWithWhatTheAnswerToldAndNotWithTheEstimate) {
  answer_with_cost();
  const auto bought = have();
  ASSERT_THAT(bought, IsOk());
  // Another ledger of the same life, in which the process was killed between keeping and settling.
  ledger_ = make_memory_ledger();
  PurchaseIntent intent;
  intent.job_id = "j", intent.slot = "0", intent.provider = "openai", intent.model = "gpt-image-1";
  intent.estimate = Usd::from_dollars(0.211), intent.master_key = kMasterKey;
  ASSERT_EQ(ledger_->reserve(intent, {}, Timestamp()).value().id, bought->answer.purchase_id);
  ASSERT_THAT(have(), IsOk());
  EXPECT_EQ(row().state, PurchaseState::settled);
  EXPECT_EQ(row().actual, bought->answer.actual);
  EXPECT_EQ(row().actual_source, CostSource::usage);
}

TEST_F(HaveMaster, WaitsForAStoreThatIsAwayForAWhile) {
  for (const auto fault : {StoreFault::away, StoreFault::disk_full, StoreFault::no_permission,
                           StoreFault::expired_token, StoreFault::lost_answer}) {
    ledger_ = make_memory_ledger();
    store_.heal();
    store_.fail_puts({fault, "masters/", 3});
    auto wanted = order();
    wanted.purchase.master_key = "masters/" + std::string(to_string(fault));
    const auto bought = have(services(), wanted);
    ASSERT_THAT(bought, IsOk()) << to_string(fault);
    EXPECT_FALSE(bought->not_kept) << to_string(fault);
    EXPECT_EQ(row().state, PurchaseState::settled) << to_string(fault);
  }
  EXPECT_EQ(fake_.accepted, 5);
}

TEST_F(HaveMaster, WhatNoStoreTakesLiesInTheSpoolAndIsTakenUpByTheNextRun) {
  for (const auto fault : {StoreFault::away, StoreFault::disk_full, StoreFault::no_permission, StoreFault::slow_down,
                           StoreFault::rate_limited, StoreFault::expired_token, StoreFault::too_large,
                           StoreFault::no_condition}) {
    store_.heal();
    store_.fail_puts({fault, "masters/"});
    auto wanted = order("job-" + std::string(to_string(fault)));
    wanted.purchase.master_key = "masters/" + std::string(to_string(fault));
    const auto bought = have(services(), wanted);
    ASSERT_THAT(bought, IsOk()) << to_string(fault);
    ASSERT_TRUE(bought->not_kept) << to_string(fault);
    EXPECT_THAT(bought->not_kept->message, HasSubstr(spool_->description()));
    EXPECT_EQ(as_text(bought->file), "a picture");
    ASSERT_EQ(spool_->list({})->pictures.size(), 1U) << to_string(fault);
    store_.heal();
    wanted.purchase.deadline = deadline_after(clock_, patience_);
    const auto next = have(services(), wanted);
    ASSERT_THAT(next, IsOk()) << to_string(fault);
    EXPECT_FALSE(next->not_kept || next->bought_now) << to_string(fault);
    EXPECT_EQ(next->answer.purchase_id, bought->answer.purchase_id);
    EXPECT_THAT(spool_->list({})->pictures, IsEmpty()) << to_string(fault);
  }
  EXPECT_EQ(fake_.accepted, 8);
}

TEST_F(HaveMaster, WithoutAStoreAndASpoolThePictureIsPaidForAndNotBoughtAgainUnasked) {
  spool_.reset();
  store_.fail_puts({StoreFault::disk_full, "masters/"});
  const auto bought = have();
  ASSERT_THAT(bought, IsOk()) << "it is in memory, and files can be made of it";
  EXPECT_TRUE(bought->not_kept);
  store_.heal();
  const auto again = have();
  ASSERT_THAT(again, FailsWith(Errc::conflict));
  EXPECT_EQ(fake_.accepted, 1);
}

TEST_F(HaveMaster, BuysNothingWhereTheStoreDoesNotProveThatItCanBeWritten) {
  StoreProbe probe(store_, clock_, {std::chrono::milliseconds(0), std::chrono::milliseconds(0)});
  auto with = services();
  with.probe = &probe;
  for (const auto fault : {StoreFault::disk_full, StoreFault::no_permission, StoreFault::expired_token,
                           StoreFault::no_condition, StoreFault::slow_down}) {
    store_.heal();
    store_.fail_puts({fault, "masters/"});
    const auto refused = have(with, order());
    ASSERT_FALSE(refused) << to_string(fault);
    EXPECT_EQ(refused.error().delivery, Delivery::not_sent) << to_string(fault);
  }
  EXPECT_THAT(fake_.requests, IsEmpty());
  EXPECT_THAT(ledger_->list({})->purchases, IsEmpty());
  store_.heal();
  clock_.advance(std::chrono::minutes(1));
  EXPECT_THAT(have(with, order()), IsOk());
}

TEST_F(HaveMaster, NothingIsBoughtWhereThatIsNotAllowedAnyMore) {
  auto wanted = order();
  wanted.purchase.may_buy = []() -> Task<Result<void>> { co_return Error(Errc::cancelled, "a cancel was recorded"); };
  EXPECT_THAT(have(services(), wanted), FailsSaying(Errc::cancelled, HasSubstr("recorded")));
  EXPECT_THAT(fake_.requests, IsEmpty());
}

// The one that comes second waits until the first has kept the picture, and takes it.
TEST_F(HaveMaster, TwoJobsThatWantOnePictureBuyItOnce) {
  std::optional<Result<Master>> first, second;
  auto both = [&]() -> Task<int> {
    auto executor = co_await boost::asio::this_coro::executor;
    auto into = [this](std::string job, std::optional<Result<Master>>& out) -> Task<void> {
      auto wanted = order(job);
      out.emplace(co_await have_master(services(), std::move(wanted)));
    };
    boost::asio::co_spawn(executor, into("j", first), [](const std::exception_ptr&) {});
    boost::asio::co_spawn(executor, into("k", second), [](const std::exception_ptr&) {});
    while (!first || !second) co_await boost::asio::post(boost::asio::use_awaitable);
    co_return 0;
  };
  io_.run(both());
  ASSERT_THAT(*first, IsOk());
  ASSERT_THAT(*second, IsOk());
  EXPECT_TRUE((*first)->bought_now != (*second)->bought_now);
  EXPECT_EQ((*first)->answer, (*second)->answer) << "both name the picture that was kept, and who paid for it";
  EXPECT_EQ(fake_.accepted, 1);
}

TEST_F(HaveMaster, AnUnusablePictureIsPutAsideAndItsSlotIsFree) {
  auto bought = have();
  ASSERT_THAT(bought, IsOk());
  const auto wanted = order();  // outlives the task
  auto rejecting = reject_master(services(), wanted.purchase, std::move(*bought), {Errc::corrupt_data, "no picture"});
  EXPECT_THAT(io_.run(std::move(rejecting)).message, HasSubstr("masters/rejected/"));
  const auto again = have();
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->bought_now);
  EXPECT_EQ(fake_.accepted, 2);
}

}  // namespace
}  // namespace imagegen::test
