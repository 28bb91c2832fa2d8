#include "http/resolver.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace imagegen {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Shared with the look-up's handler, which may come long after nobody waits any more.
struct Lookup {
  explicit Lookup(const asio::any_io_executor& executor) : resolver(executor), gate(executor) {}
  tcp::resolver resolver;
  asio::steady_timer gate;  // opens at the limit, or when the answer is there
  Resolved answer;
  bool answered = false;
};

void start(const std::shared_ptr<Lookup>& lookup, const std::string& host) {
  lookup->resolver.async_resolve(host, "", [lookup](error_code ec, const tcp::resolver::results_type& found) {
    lookup->answered = true;
    lookup->answer.error = ec;
    for (const auto& entry : found) lookup->answer.addresses.push_back(entry.endpoint().address());
    if (!ec && lookup->answer.addresses.empty()) lookup->answer.error = asio::error::host_not_found;
    lookup->gate.cancel();
  });
}

class SystemResolver final : public Resolver {
 public:
  Task<Resolved> resolve(std::string host, std::chrono::steady_clock::time_point limit) override {
    error_code not_an_address;
    const auto address = asio::ip::make_address(host, not_an_address);
    if (!not_an_address) co_return Resolved{{address}, {}};
    auto lookup = std::make_shared<Lookup>(co_await asio::this_coro::executor);
    lookup->gate.expires_at(limit);
    start(lookup, host);
    const auto [opened] = co_await lookup->gate.async_wait(asio::as_tuple(asio::use_awaitable));
    if (lookup->answered) co_return std::move(lookup->answer);
    // The gate is cancelled by the answer or by the caller, and only then ends with an error.
    lookup->resolver.cancel();
    co_return Resolved{{}, opened ? error_code(asio::error::operation_aborted) : error_code(asio::error::timed_out)};
  }
};

}  // namespace

std::unique_ptr<Resolver> make_system_resolver() {
  return std::make_unique<SystemResolver>();
}

}  // namespace imagegen
