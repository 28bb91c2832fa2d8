#include <imagegen/core/thread_pool.hpp>
#include <imagegen/testing/contract/io_runner.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace imagegen {
namespace {

Task<std::pair<std::thread::id, std::thread::id>> where_it_runs(ThreadPool& pool) {
  auto inside = co_await pool.run([] { return std::this_thread::get_id(); });
  co_return std::pair{inside, std::this_thread::get_id()};
}

TEST(ThreadPool, ComputesElsewhereAndComesBack) {
  test::IoRunner io;  // outlives the pool
  ThreadPool pool(2);
  const auto [inside, after] = io.run(where_it_runs(pool));
  EXPECT_NE(inside, std::this_thread::get_id());
  EXPECT_EQ(after, std::this_thread::get_id()) << "the task runs on the calling thread";
}

TEST(ThreadPool, ThrowsWhatTheWorkThrew) {
  test::IoRunner io;
  ThreadPool pool(1);
  auto failing = [&]() -> Task<int> {
    co_return co_await pool.run([]() -> int { throw std::runtime_error("inside"); });
  };
  EXPECT_THROW(io.run(failing()), std::runtime_error);
}

}  // namespace
}  // namespace imagegen
