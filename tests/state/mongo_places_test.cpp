#include "state/mongo/owner_places.hpp"
#include "state/support/mongo_harness.hpp"

// What happens between two steps of a claim, step by step.
namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using Answer = mongo::OwnerPlaces::Answer;

class MongoPlaces : public MongoTest {
 protected:
  void SetUp() override {
    MongoTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    state_ = open().value();
    auto address = mongo::parse_mongo_url(options().url, milliseconds(5000)).value();
    mongo_ = mongo::MongoDatabase::open(std::move(address), 2).value();
  }

  mongo::StoredJob queued(const std::string& id) {
    state_.jobs->add(job_named(id, "u"), at(0)).value();
    return found(id);
  }
  mongo::StoredJob found(const std::string& id) { return mongo::load_job(*mongo_, id).value().value(); }
  // A claim that saw `job`, and now takes it.
  bool takes(const mongo::StoredJob& job, const std::string& worker) {
    auto change = claim_job(job.job, worker, at(9000), 3, at(2000));
    return mongo::take_job(*mongo_, job, change).value();
  }
  mongo::OwnerPlaces places(int limit) { return {*mongo_, limit, at(1), at(1000)}; }

  State state_;
  std::shared_ptr<mongo::MongoDatabase> mongo_;
};

TEST_F(MongoPlaces, AHeartbeatInTimeBeatsAClaimThatHadSeenTheLeaseEnd) {
  state_.jobs->add(job_named("a"), at(0)).value();
  state_.jobs->claim(request("w1"), at(0)).value();
  const auto seen = found("a");
  ASSERT_EQ(state_.jobs->renew("w1", std::chrono::milliseconds(60'000)).value().size(), 1U);
  EXPECT_FALSE(takes(seen, "w2"));
  EXPECT_EQ(found("a").job.worker, "w1");
}

TEST_F(MongoPlaces, OfTwoClaimsThatSawTheSameJobOneTakesIt) {
  const auto seen = queued("a");
  EXPECT_TRUE(takes(seen, "w1"));
  EXPECT_FALSE(takes(seen, "w2"));
  EXPECT_EQ(found("a").job.attempt, 1);
}

TEST_F(MongoPlaces, WhoKnowsOfAFreePlaceThatIsGoneByNowIsTold) {
  const auto a = queued("a"), b = queued("b"), c = queued("c");
  auto one = places(2), other = places(2);
  EXPECT_EQ(one.take(a).value(), Answer::taken);
  EXPECT_EQ(other.take(b).value(), Answer::taken);
  EXPECT_EQ(one.take(c).value(), Answer::full);
}

TEST_F(MongoPlaces, AJobThatAnotherClaimIsAboutToTakeIsLeftToIt) {
  const auto a = queued("a");
  auto one = places(2), other = places(2);
  EXPECT_EQ(one.take(a).value(), Answer::taken);
  EXPECT_EQ(other.take(a).value(), Answer::busy);
}

TEST_F(MongoPlaces, AClaimThatSleptTooLongFindsItsPlaceAndItsJobGone) {
  const auto a = queued("a"), b = queued("b");
  auto slow = places(1);
  ASSERT_EQ(slow.take(a).value(), Answer::taken);
  mongo::OwnerPlaces later(*mongo_, 1, at(1001), at(2000));
  EXPECT_EQ(later.take(b).value(), Answer::taken);
  EXPECT_FALSE(takes(a, "slow")) << "its place was given away, so it may not run";
  EXPECT_TRUE(takes(b, "quick"));
}

TEST_F(MongoPlaces, AClaimThatTookItsJobJustInTimeKeepsItsPlace) {
  const auto a = queued("a"), b = queued("b");
  auto slow = places(1);
  ASSERT_EQ(slow.take(a).value(), Answer::taken);
  ASSERT_TRUE(takes(a, "slow"));
  mongo::OwnerPlaces later(*mongo_, 1, at(1001), at(2000));
  EXPECT_EQ(later.take(b).value(), Answer::full);
}

}  // namespace
}  // namespace imagegen::test
