#include <atomic>
#include <set>
#include <thread>

#include "state/support/mongo_harness.hpp"

// What claiming in MongoDB has to get right beyond the contract: there are no transactions.
namespace imagegen::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class MongoClaim : public MongoTest {
 protected:
  void SetUp() override {
    MongoTest::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) state_ = open(16).value();
  }

  void add(const std::string& id, int ms, const std::string& owner = {}, const std::string& kind = "prompt") {
    ASSERT_THAT(state_.jobs->add(job_named(id, owner, kind), at(ms)), IsOk());
  }
  std::vector<std::string> claim(const JobClaimRequest& request, int ms = 5000) {
    return ids_of(state_.jobs->claim(request, at(ms)).value());
  }
  static JobClaimRequest one_each(const std::string& worker, int max_jobs = 1) {
    auto made = request(worker, max_jobs);
    made.max_running_per_owner = 1;
    return made;
  }
  // As a claim leaves it that died after it took the place and before it took the job.
  void leave_place(const std::string& owner, const std::string& job, int until_ms) {
    const auto document = database().find("imagegen_jobs", R"({"jobId": ")" + job + R"("})");
    const auto start = document.find("\"revision\" : ") + 13;
    const auto revision = document.substr(start, document.find('}', start) + 1 - start);
    database().run(R"({"insert": "imagegen_owners", "documents": [{"_id": ")" + owner + R"(", "revision": )" +
                   revision + R"(, "places": [{"jobId": ")" + job + R"(", "base": )" + revision +
                   R"(, "until": {"$date": {"$numberLong": ")" + std::to_string(to_unix_ms(at(until_ms))) +
                   R"("}}}]}]})");
  }

  State state_;
};

TEST_F(MongoClaim, SixtyFourThreadsClaimFiveHundredDifferentJobs) {
  for (int i = 0; i < 500; ++i) add("j" + std::to_string(i), i);
  std::vector<std::vector<std::string>> claimed(64);
  std::atomic<int> failed{0};
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < claimed.size(); ++t) {
      threads.emplace_back([&, t] {
        for (;;) {
          const auto jobs = state_.jobs->claim(request("w" + std::to_string(t)), at(5000));
          if (!jobs) ++failed;
          if (!jobs || jobs->empty()) return;
          claimed[t].push_back(jobs->front().id);
        }
      });
    }
  }
  std::multiset<std::string> all;
  for (const auto& some : claimed) all.insert(some.begin(), some.end());
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(all.size(), 500U);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 500U);
}

TEST_F(MongoClaim, AClaimedJobBringsItsInputAndWhatWasReachedBefore) {
  state_.jobs->add({"a", "prompt", "", R"({"intent":"x"})"}, at(0)).value();
  JobUpdate update;
  update.state = JobState::queued, update.output = "half";
  state_.jobs->update(claim_of(state_.jobs->claim(request("w"), at(1)).value().at(0)), update, at(2)).value();
  const Job again = state_.jobs->claim(request("w"), at(3)).value().at(0);
  EXPECT_EQ(again.input, R"({"intent":"x"})");
  EXPECT_EQ(again.output, "half");
  EXPECT_EQ(state_.jobs->find("a").value()->output, "half");
}

TEST_F(MongoClaim, TakesTheOldestOfSeveralKinds) {
  add("a", 1, {}, "x"), add("b", 2), add("c", 3, {}, "x"), add("d", 4, {}, "other"), add("e", 5);
  auto request = this->request("w", 3);
  request.kinds = {"prompt", "x"};
  EXPECT_THAT(claim(request), ElementsAre("a", "b", "c"));
  EXPECT_THAT(claim(request), ElementsAre("e"));
}

TEST_F(MongoClaim, AFloodOfFullOwnersHidesNobody) {
  for (int i = 0; i < 150; ++i) add("u" + std::to_string(i), i, "u");
  for (int i = 0; i < 150; ++i) add("v" + std::to_string(i), 200 + i, "v");
  add("w0", 1000, "w"), add("nobody", 1001);
  EXPECT_THAT(claim(one_each("w", 4)), ElementsAre("u0", "v0", "w0", "nobody"));
  EXPECT_THAT(claim(one_each("w", 4)), IsEmpty());
}

TEST_F(MongoClaim, AnOwnerWhoseJobWasSetAsideHasItsPlaceBack) {
  add("a", 0, "u"), add("b", 1, "u");
  auto request = one_each("w1");
  request.most_crashes = 1;
  EXPECT_THAT(claim(request), ElementsAre("a"));
  request.worker = "w2", request.dead = {"w1"};
  EXPECT_THAT(claim(request), ElementsAre("b"));
  EXPECT_EQ(state_.jobs->find("a").value()->state, JobState::failed);
}

TEST_F(MongoClaim, JobsClaimedWithoutALimitAreCountedByClaimsWithOne) {
  add("a", 0, "u"), add("b", 1, "u");
  EXPECT_THAT(claim(request("w1")), ElementsAre("a"));
  EXPECT_THAT(claim(one_each("w2")), IsEmpty());
}

TEST_F(MongoClaim, AnOwnersLimitHoldsBetweenProcessesThatEndJobsAllTheTime) {
  auto other = open(8).value();
  for (int i = 0; i < 60; ++i) add("j" + std::to_string(i), i, i % 2 == 0 ? "u" : "v");
  std::atomic<int> running_u{0}, running_v{0}, most{0}, done{0};
  std::vector<std::jthread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      auto request = this->request("w" + std::to_string(t));
      request.max_running_per_owner = 2;
      auto& jobs = t % 2 == 0 ? *state_.jobs : *other.jobs;
      for (int idle = 0; done < 60 && idle < 2000; ++idle) {
        for (const Job& job : jobs.claim(request, at(5000)).value()) {
          auto& running = job.owner == "u" ? running_u : running_v;
          const int now = ++running;
          for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) continue;
          std::this_thread::yield();
          --running;
          JobUpdate ended;
          ended.state = JobState::succeeded;
          jobs.update(claim_of(job), ended, at(5001)).value();
          ++done;
        }
      }
    });
  }
  threads.clear();
  EXPECT_EQ(done, 60);
  EXPECT_LE(most, 2);
  EXPECT_GE(most, 1);
}

TEST_F(MongoClaim, APlaceOfAClaimThatIsUnderWayIsRespected) {
  add("a", 0, "u"), add("b", 1, "u");
  leave_place("u", "a", 9000);
  EXPECT_THAT(claim(one_each("w"), 5000), IsEmpty());
}

TEST_F(MongoClaim, APlaceOfAClaimThatDiedIsGivenAwayAfterItsLease) {
  add("a", 0, "u"), add("b", 1, "u");
  leave_place("u", "a", 9000);
  EXPECT_THAT(claim(one_each("w"), 9001), SizeIs(1));
  EXPECT_THAT(claim(one_each("w"), 9001), IsEmpty());
}

// The claim that was slow wakes up, and finds that the job is not as it was.
TEST_F(MongoClaim, AJobWhosePlaceWasGivenAwayHasAnotherRevision) {
  add("a", 9, "u"), add("b", 1, "u");
  leave_place("u", "a", 100);
  const auto before = database().find("imagegen_jobs", R"({"jobId": "a"})");
  EXPECT_THAT(claim(one_each("w"), 9001), ElementsAre("b"));
  EXPECT_NE(database().find("imagegen_jobs", R"({"jobId": "a"})"), before);
  EXPECT_EQ(state_.jobs->find("a").value()->state, JobState::queued);
}

TEST_F(MongoClaim, AJobThatSomebodyDamagedDoesNotBlockTheOthers) {
  add("a", 0), add("b", 1);
  database().update("imagegen_jobs", R"({"jobId": "a"})", R"({"$set": {"job.attempt": "three"}})");
  EXPECT_THAT(claim(request("w", 2)), ElementsAre("b"));
  EXPECT_THAT(state_.jobs->find("a"), FailsSaying(Errc::corrupt_data, HasSubstr("job a")));
}

TEST_F(MongoClaim, AClaimThatFailsHalfwayGivesWhatItHasTaken) {
  add("a", 0, "u"), add("b", 1, "v");
  database().run(R"({"insert": "imagegen_owners", "documents": [{"_id": "v", "places": 7}]})");
  EXPECT_THAT(claim(one_each("w", 2)), ElementsAre("a"));
  EXPECT_THAT(state_.jobs->claim(one_each("w", 2), at(5000)), FailsWith(Errc::corrupt_data));
}

TEST_F(MongoClaim, AHeartbeatAndAClaimOfManyJobsAgree) {
  for (int i = 0; i < 50; ++i) add("j" + std::to_string(i), i);
  EXPECT_EQ(claim(request("w", 50)).size(), 50U);
  EXPECT_EQ(state_.jobs->renew("w", std::chrono::milliseconds(60'000)).value().size(), 50U);
  EXPECT_THAT(state_.jobs->running_workers().value(), ElementsAre("w"));
}

}  // namespace
}  // namespace imagegen::test
