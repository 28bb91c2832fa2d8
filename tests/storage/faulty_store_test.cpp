#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/faulty_store.hpp>

#include "contract/io_runner.hpp"
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

}  // namespace
}  // namespace imagegen::test
