#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/contract/io_runner.hpp>
#include <imagegen/testing/faulty_store.hpp>

#include "support/matchers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace imagegen::test {
namespace {

class FaultyStoreTest : public testing::Test {
 protected:
  Result<ObjectInfo> put(const std::string& key, std::size_t size = 10, bool only_if_absent = false) {
    const Bytes bytes(size);
    PutOptions options;
    options.only_if_absent = only_if_absent;
    return io_.run(store_.put(ObjectKey::parse(key).value(), bytes, options));
  }
  bool has(const std::string& key) { return io_.run(memory_->head(ObjectKey::parse(key).value())).value().has_value(); }

  IoRunner io_;
  std::unique_ptr<ObjectStore> memory_ = make_memory_store();
  FaultyStore store_{*memory_};
};

TEST_F(FaultyStoreTest, FailsInEveryWayWithTheErrorOfARealStore) {
  for (std::size_t i = 0; i < kStoreFaults; ++i) {
    const auto fault = static_cast<StoreFault>(i);
    store_.fail_puts({fault});
    EXPECT_EQ(put("k" + std::to_string(i), 10, true).error(), error_of(fault, "k" + std::to_string(i)));
    EXPECT_EQ(has("k" + std::to_string(i)), fault == StoreFault::lost_answer) << to_string(fault);
    store_.heal();
  }
  EXPECT_EQ(store_.failed_puts, static_cast<int>(kStoreFaults));
}

TEST_F(FaultyStoreTest, FailsSoManyTimesBelowAPrefixAndAboveASize) {
  store_.fail_puts({StoreFault::too_large, "masters/", 2, 100});
  EXPECT_THAT(put("out/a", 200), IsOk());
  EXPECT_THAT(put("masters/a", 100), IsOk());
  EXPECT_THAT(put("masters/b", 101), FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(put("masters/b", 101), FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(put("masters/b", 101), IsOk());
}

TEST_F(FaultyStoreTest, AServerWithoutConditionsTakesOtherPuts) {
  store_.fail_puts({StoreFault::no_condition});
  EXPECT_THAT(put("a", 10, true), FailsWith(Errc::unsupported));
  EXPECT_THAT(put("a"), IsOk());
}

TEST_F(FaultyStoreTest, AsksBeforeEveryCallWhetherItFails) {
  std::vector<std::string> asked;
  store_.fault = [&](std::string_view call, std::string_view key) -> std::optional<Error> {
    asked.push_back(std::string(call) + " " + std::string(key));
    return Error(Errc::unavailable, "away");
  };
  const auto key = ObjectKey::parse("a").value();
  EXPECT_THAT(put("a"), FailsWith(Errc::unavailable));
  EXPECT_THAT(io_.run(store_.get(key, 10)), FailsWith(Errc::unavailable));
  EXPECT_THAT(io_.run(store_.head(key)), FailsWith(Errc::unavailable));
  EXPECT_THAT(io_.run(store_.remove(key)), FailsWith(Errc::unavailable));
  EXPECT_THAT(io_.run(store_.list("a", 10, "")), FailsWith(Errc::unavailable));
  EXPECT_THAT(asked, testing::ElementsAre("put a", "get a", "head a", "remove a", "list a"));
  EXPECT_FALSE(has("a"));
}

TEST_F(FaultyStoreTest, LetsATestInBeforeAPutAndRemembersWhatWasWritten) {
  store_.before_put = [&](const ObjectKey& key) -> Task<void> {
    PutOptions options;
    if (key.str() == "b") (void)co_await memory_->put(key, as_bytes("another's"), std::move(options));
  };
  EXPECT_THAT(put("a", 10, true), IsOk());
  EXPECT_THAT(put("b", 10, true), FailsWith(Errc::already_exists));
  EXPECT_THAT(store_.puts, testing::ElementsAre("a"));
}

}  // namespace
}  // namespace imagegen::test
