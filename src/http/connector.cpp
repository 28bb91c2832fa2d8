#include "http/connector.hpp"

#include "http/address_guard.hpp"
#include "http/request_text.hpp"
#include "http/response_reader.hpp"
#include "http/time_limit.hpp"
#include "http/wire.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace imagegen {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

std::string host_and_port(const std::string& host, std::uint16_t port) {
  return (host.find(':') == std::string::npos ? host : '[' + host + ']') + ':' + std::to_string(port);
}

// A guarded request goes through a tunnel even without TLS: only so can the proxy be told an address, and the server a
// name.
bool needs_tunnel(const Url& url, bool guarded) {
  return url.is_tls() || guarded;
}

Error refused_address(const HttpPlace& place) {
  return http_error(Errc::permission_denied, place,
                    "the name has an address that is not public; http.allowedHosts of the configuration lets a host pass");
}

Error refused_port(const HttpPlace& place, std::uint16_t port) {
  return http_error(Errc::permission_denied, place,
                    "port " + std::to_string(port) +
                        " belongs to another service than a web server; http.allowedHosts lets a host pass");
}

Error refused_http(const HttpPlace& place) {
  return http_error(Errc::permission_denied, place,
                    "https has led to http, which others can read and change; http.allowedHosts lets a host pass");
}

Error certificate_error(const HttpPlace& place, const std::string& problem) {
  return http_error(
      Errc::unavailable, place,
      "the certificate is not accepted: " + problem + "; http.caFile of the configuration names other roots to trust");
}

Error proxy_error(const HttpPlace& place, const HttpResponse& response) {
  const auto code = response.status == 407 ? Errc::permission_denied : Errc::unavailable;
  Error error = http_error(code, place, "the proxy answered " + std::to_string(response.status) + " to CONNECT");
  if (response.status >= 500) error.retry = Retry::later;
  return error;
}

}  // namespace

// One call of open(): what all of its steps need to know.
struct Connector::Attempt {
  std::string host;
  Deadline deadline;
  TimePoint limit;

  HttpPlace at(std::string phase) const { return {host, std::move(phase)}; }
};

Connector::Connector(const HttpClientOptions& options, std::optional<Url> proxy, std::unique_ptr<TlsContext> tls,
                     std::unique_ptr<Resolver> resolver)
    : options_(options), proxy_(std::move(proxy)), tls_(std::move(tls)), resolver_(std::move(resolver)) {}

bool Connector::is_guarded(const HttpRequest& request) const {
  return request.public_addresses_only && !is_allowed_host(options_.allowed_hosts, request.url.host, request.url.port);
}

Result<void> Connector::check_target(const HttpRequest& request) const {
  const auto& url = request.url;
  if (is_allowed_host(options_.allowed_hosts, url.host, url.port)) return {};
  const HttpPlace place{url.authority(), "connect"};
  if (request.encrypted_only && !url.is_tls()) return refused_http(place);
  if (request.public_addresses_only && !is_web_port(url.port)) return refused_port(place, url.port);
  return {};
}

std::string Connector::request_target(const Url& url, bool guarded) const {
  return proxy_ && !needs_tunnel(url, guarded) ? url.str() : url.target;
}

Task<Result<std::unique_ptr<Connection>>> Connector::open(const Url& url, bool guarded, Deadline deadline) {
  const Attempt attempt{url.authority(), deadline, within(options_.connect_timeout, deadline)};
  if (attempt.limit <= std::chrono::steady_clock::now()) {
    co_return io_error(attempt.at("connect"), asio::error::timed_out, deadline);
  }
  Result<std::unique_ptr<Connection>> connection = std::unique_ptr<Connection>();
  if (proxy_) {
    connection = co_await connect_to_proxy(attempt, url, guarded);
  } else {
    auto addresses = co_await find_addresses(attempt, url, guarded);
    if (!addresses) co_return addresses.error();
    connection = co_await connect_to(attempt, std::move(*addresses), url.port);
  }
  if (!connection || !url.is_tls()) co_return connection;
  const auto secured = co_await secure(attempt, **connection, url.host);
  if (!secured) co_return secured.error();
  co_return connection;
}

Task<Result<std::vector<asio::ip::address>>> Connector::find_addresses(const Attempt& attempt, const Url& url,
                                                                       bool guarded) {
  auto found = co_await resolver_->resolve(url.host, attempt.limit);
  if (found.error) co_return io_error(attempt.at("name lookup"), found.error, attempt.deadline);
  // All of them: a name that leads inside as well is made to deceive, or will lead there the next time.
  if (found.addresses.empty() || (guarded && !std::ranges::all_of(found.addresses, is_public_address)))
    co_return refused_address(attempt.at("connect"));
  co_return std::move(found.addresses);
}

Task<Result<std::unique_ptr<Connection>>> Connector::connect_to(const Attempt& attempt, std::vector<Address> addresses,
                                                                std::uint16_t port) {
  const auto executor = co_await asio::this_coro::executor;
  boost::system::error_code failed = asio::error::host_not_found;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    // An address that swallows packets must not use up the time of those behind it.
    const auto now = std::chrono::steady_clock::now();
    const auto share = (attempt.limit - now) / static_cast<std::int64_t>(addresses.size() - i);
    auto connection = std::make_unique<Connection>(executor);
    const tcp::endpoint peer(addresses[i], port);
    failed = co_await connection->connect(peer, now + share);
    if (!failed) co_return connection;
    if (failed == asio::error::operation_aborted) break;
  }
  co_return io_error(attempt.at("connect"), failed, attempt.deadline);
}

Task<Result<std::unique_ptr<Connection>>> Connector::connect_to_proxy(const Attempt& attempt, const Url& url,
                                                                      bool guarded) {
  std::string destination = host_and_port(url.host, url.port);
  if (guarded) {
    // The proxy looks the name up again and may be told something else, so it is given the address that was checked.
    const auto checked = co_await find_addresses(attempt, url, guarded);
    if (!checked) co_return checked.error();
    destination = host_and_port(checked->front().to_string(), url.port);
  }
  const auto addresses = co_await resolver_->resolve(proxy_->host, attempt.limit);
  if (addresses.error) co_return io_error(attempt.at("proxy lookup"), addresses.error, attempt.deadline);
  auto connection = co_await connect_to(attempt, addresses.addresses, proxy_->port);
  if (!connection) co_return in_context(connection.error(), "proxy");
  if (!needs_tunnel(url, guarded)) co_return connection;
  const auto tunnel = co_await ask_for_tunnel(attempt, **connection, destination);
  if (!tunnel) co_return tunnel.error();
  co_return connection;
}

Task<Result<void>> Connector::ask_for_tunnel(const Attempt& attempt, Connection& connection, std::string destination) {
  const auto place = attempt.at("proxy");
  const std::string head = connect_head(destination, options_.user_agent);
  std::size_t written = 0;
  const auto failed = co_await write_all(connection, as_bytes(head), ByteView(), attempt.limit, written);
  if (failed) co_return io_error(place, failed, attempt.deadline);
  ResponseLimits limits;
  limits.to_head = true;  // what follows the head belongs to the tunnel
  limits.max_header_bytes = options_.max_header_bytes;
  ResponseReader reader(limits);
  std::array<std::uint8_t, 4096> buffer;
  while (!reader.done()) {
    const auto came = co_await connection.read_some(buffer, attempt.limit);
    if (came.error) co_return io_error(place, came.error, attempt.deadline);
    const auto fed = reader.feed(ByteView(buffer).first(came.bytes));
    if (!fed) co_return in_context(in_context(fed.error(), place.phase), place.host);
  }
  const auto response = reader.take();
  if (response.status / 100 != 2) co_return proxy_error(place, response);
  co_return Result<void>();
}

Task<Result<void>> Connector::secure(const Attempt& attempt, Connection& connection, std::string host) {
  const auto failed = co_await connection.start_tls(*tls_, host, attempt.limit);
  if (!failed) co_return Result<void>();
  const auto place = attempt.at("TLS");
  const std::string problem = connection.certificate_problem();
  if (!problem.empty()) co_return certificate_error(place, problem);
  co_return io_error(place, failed, attempt.deadline);
}

}  // namespace imagegen
