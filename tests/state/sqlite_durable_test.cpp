#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "state/support/sqlite_file.hpp"
#include "support/matchers.hpp"

/// \file What must be on disk before a call returns. SQLite's syncs are counted on their way to the kernel.
namespace {
std::atomic<int> syncs{0};
}  // namespace

// Found before the C library's by whoever calls it from a shared library.
extern "C" __attribute__((visibility("default"))) int fdatasync(int file) {
  ++syncs;
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}

namespace imagegen::test {
namespace {

const Timestamp kNow = from_unix_ms(1'800'000'000'000);

template <class Call>
int syncs_of(const Call& call) {
  const int before = syncs;
  EXPECT_THAT(call(), IsOk());
  return syncs - before;
}

TEST(SqliteLedger, IsOnDiskBeforeMoneyIsSpent) {
  SqliteState state;
  PurchaseIntent intent;
  intent.job_id = "j", intent.slot = "0", intent.estimate = Usd::from_dollars(0.04);
  EXPECT_GE(syncs_of([&] { return state.ledger().reserve(intent, {}, kNow); }), 1);
  EXPECT_GE(syncs_of([&] { return state.ledger().remember("j/0/1", "task-7", "", kNow); }), 1);
  EXPECT_GE(syncs_of([&] { return state.ledger().settle("j/0/1", {}, kNow); }), 1);
}

TEST(SqliteJobs, DoNotWaitForTheDisk) {
  SqliteState state;
  ASSERT_THAT(state.store().add({"a", "prompt", "", "{}", 0}, kNow), IsOk());
  EXPECT_EQ(syncs_of([&] { return state.store().add({"b", "prompt", "", "{}", 0}, kNow); }), 0);
  EXPECT_EQ(syncs_of([&] { return state.store().cancel("a", kNow); }), 0);
}

}  // namespace
}  // namespace imagegen::test
