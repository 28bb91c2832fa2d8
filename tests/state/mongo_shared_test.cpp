#include <imagegen/maker/job/job_changes.hpp>

#include <atomic>
#include <set>
#include <thread>

#include "state/support/mongo_harness.hpp"

// Several processes on one database, played by several State objects, which share nothing but the server.
namespace imagegen::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class MongoShared : public MongoTest {
 protected:
  void SetUp() override {
    MongoTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    here_ = open().value(), there_ = open().value();
  }
  // Waits until `calls` is more than `before`.
  static bool comes(const std::atomic<int>& calls, int before) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (calls <= before && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
    return calls > before;
  }

  State here_, there_;
};

TEST_F(MongoShared, WhatOneWritesTheOtherReads) {
  ASSERT_THAT(here_.jobs->add(job_named("a"), at(0)), IsOk());
  EXPECT_THAT(there_.jobs->add(job_named("a"), at(1)), FailsWith(Errc::already_exists));
  EXPECT_EQ(ids_of(there_.jobs->claim(request("w"), at(1)).value()), std::vector<std::string>{"a"});
  EXPECT_THAT(here_.jobs->running_workers().value(), ElementsAre("w"));
  EXPECT_THAT(here_.jobs->claim(request("x"), at(1)).value(), IsEmpty());
}

TEST_F(MongoShared, AWatchHearsOfWorkThatAnotherQueues) {
  std::atomic<int> calls{0};
  const auto watch = here_.jobs->watch([&] { ++calls; });
  ASSERT_THAT(there_.jobs->add(job_named("a"), at(0)), IsOk());
  EXPECT_TRUE(comes(calls, 0)) << "a job was added";
  ASSERT_THAT(there_.jobs->cancel("a", at(1)), IsOk());
  const int before = calls;
  ASSERT_THAT(there_.jobs->retry("a", at(2)), IsOk());
  EXPECT_TRUE(comes(calls, before)) << "a job was queued again";
}

TEST_F(MongoShared, ChangesOfOneJobAtOnceAreAllMade) {
  here_.jobs->add(job_named("a"), at(0)).value();
  const auto claim = claim_of(here_.jobs->claim(request("w"), at(1)).value().at(0));
  std::atomic<int> failed{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        auto& jobs = t % 2 == 0 ? *here_.jobs : *there_.jobs;
        for (int i = 0; i < 5; ++i) {
          JobUpdate update;
          update.notes = {{"note", std::to_string(t)}};
          if (!jobs.update(claim, update, at(2))) ++failed;
          if (!jobs.renew("w", std::chrono::milliseconds(9000))) ++failed;
        }
      });
    }
  }
  EXPECT_EQ(failed, 0);
  const auto events = there_.jobs->events("a").value();
  EXPECT_EQ(events.size(), 42U);
  EXPECT_THAT(verify_events(there_.jobs->find("a").value().value(), events), IsOk());
}

TEST_F(MongoShared, AHeartbeatInTimeBeatsAClaimThatSawTheLeaseEnd) {
  here_.jobs->add(job_named("a"), at(0)).value();
  auto first = request("w1");
  first.lease = std::chrono::milliseconds(1000);
  const auto claim = claim_of(here_.jobs->claim(first, at(0)).value().at(0));
  std::atomic<int> taken{0}, held{0};
  {
    std::jthread renewing(
        [&] { held = static_cast<int>(here_.jobs->renew("w1", std::chrono::milliseconds(9000)).value().size()); });
    std::jthread claiming(
        [&] { taken = static_cast<int>(there_.jobs->claim(request("w2"), at(2000)).value().size()); });
  }
  EXPECT_EQ(taken + held, 1) << "exactly one of them has it";
  EXPECT_EQ(here_.jobs->update(claim, {}, at(2001)).has_value(), held == 1);
}

TEST_F(MongoShared, PermitsOfSeveralLimitsAreNeverMoreThanTheSmallest) {
  std::atomic<int> granted{0};
  std::set<std::string> kept;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 16; ++t) {
      threads.emplace_back([&, t] {
        auto& permits = t % 2 == 0 ? *here_.permits : *there_.permits;
        const PermitRequest request{"w/" + std::to_string(t), {{"z", 3, 0}, {"a", 5, 0}}};
        granted += permits.acquire(request).value().granted ? 1 : 0;
      });
    }
  }
  EXPECT_LE(granted, 3);
  EXPECT_GE(granted, 1);
  // Those that were refused gave everything back.
  const int left = 5 - granted;
  for (int i = 0; i < left; ++i)
    EXPECT_TRUE(here_.permits->acquire({"x/" + std::to_string(i), {{"a", 5, 0}}}).value().granted) << i;
  EXPECT_FALSE(here_.permits->acquire({"x/9", {{"a", 5, 0}}}).value().granted);
}

TEST_F(MongoShared, ARateThatWasGivenBackIsThereForOthers) {
  const PermitLimit rate{"a", 0, 6};  // one every ten seconds
  ASSERT_TRUE(here_.permits->acquire({"w/1", {{"z", 1, 0}}}).value().granted);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(here_.permits->acquire({"w/2", {rate, {"z", 1, 0}}}).value().granted);
  EXPECT_TRUE(there_.permits->acquire({"w/3", {rate}}).value().granted);
  EXPECT_FALSE(there_.permits->acquire({"w/4", {rate}}).value().granted);
}

TEST_F(MongoShared, AnnouncementsOfManyJobsComeInTheirOrder) {
  std::vector<std::string> expected;
  for (int i = 0; i < 6; ++i) {
    const auto id = "j" + std::to_string(i);
    auto& state = i % 2 == 0 ? here_ : there_;
    state.jobs->add(job_named(id), at(i)).value();
    JobUpdate update;
    update.announcements = {{id + ".1", "{}"}, {id + ".2", "{}"}};
    state.jobs->update(claim_of(state.jobs->claim(request("w"), at(10)).value().at(0)), update, at(11)).value();
    expected.insert(expected.end(), {id + ".1", id + ".2"});
  }
  std::vector<std::string> ids;
  for (const auto& announcement : here_.jobs->announcements(7).value()) ids.push_back(announcement.id);
  expected.resize(7);
  EXPECT_EQ(ids, expected);
  ASSERT_THAT(there_.jobs->announced({"j0.1", "j1.1", "j1.2"}), IsOk());
  EXPECT_EQ(here_.jobs->announcements(1).value().front().id, "j0.2");
  EXPECT_EQ(here_.jobs->announcements(1000).value().size(), 9U);
}

}  // namespace
}  // namespace imagegen::test
