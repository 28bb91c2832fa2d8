#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/contract/object_store_contract.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "support/run_task.hpp"

namespace imagegen::test {

class MemoryHarness final : public ObjectStoreHarness {
 public:
  ObjectStore& store() override { return *store_; }

 private:
  std::unique_ptr<ObjectStore> store_ = make_memory_store();
};
INSTANTIATE_TEST_SUITE_P(Memory, ObjectStoreContract, testing::Values(harness<MemoryHarness>()));

TEST(MemoryStore, SaysThatItForgets) {
  EXPECT_FALSE(make_memory_store()->capability().durable);
}

TEST(MemoryStore, MayBeUsedFromManyThreads) {
  const auto store = make_memory_store();
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 50; ++n) {
        const std::string text = std::to_string(i);
        const auto stored = run_task(store->put(key_of("k" + std::to_string(n)), as_bytes(text), if_absent()));
        won += stored ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(won, 50);
}

TEST(MemoryStore, HasUrlsThatNameTheKey) {
  EXPECT_EQ(make_memory_store()->url(key_of("a b/c.webp")), "memory:a%20b/c.webp");
}

}  // namespace imagegen::test
