#include <imagegen/testing/contract/run_task.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <stdexcept>

namespace imagegen::test {

void run_until(boost::asio::io_context& io, const std::function<bool()>& done) {
  const auto limit = std::chrono::steady_clock::now() + kTaskLimit;
  while (!done() && io.run_one_until(limit) > 0) {
  }
  if (!done()) throw std::runtime_error("the task did not end: nothing left to run, or 60 s have passed");
}

void run_to_end(Task<void> task) {
  std::exception_ptr thrown;
  bool done = false;
  boost::asio::io_context io(1);
  boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr error) {
    thrown = error;
    done = true;
  });
  run_until(io, [&] { return done; });
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace imagegen::test
