#include <imagegen/testing/contract/io_runner.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>

namespace imagegen::test {

IoRunner::IoRunner() : io_(std::make_unique<boost::asio::io_context>(1)) {}
IoRunner::~IoRunner() = default;

void IoRunner::run_to_end(Task<void> task, const std::function<bool()>& ripe) {
  std::exception_ptr thrown;
  bool done = false;
  auto end = [&](std::exception_ptr error) {
    thrown = error;
    done = true;
  };
  boost::asio::cancellation_signal signal;
  io_->restart();
  boost::asio::co_spawn(*io_, std::move(task), boost::asio::bind_cancellation_slot(signal.slot(), end));
  if (ripe) {
    const auto limit = std::chrono::steady_clock::now() + kTaskLimit;
    while (!io_->stopped() && !ripe() && std::chrono::steady_clock::now() < limit) {
      io_->run_for(std::chrono::milliseconds(2));
    }
    signal.emit(boost::asio::cancellation_type::terminal);
  }
  if (!done) io_->restart();
  run_until(*io_, [&] { return done; });
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace imagegen::test
