#include "http/connection.hpp"

#include "http/tls_context.hpp"

#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <array>
#include <optional>

namespace imagegen {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using TcpStream = boost::beast::tcp_stream;
using TlsStream = asio::ssl::stream<TcpStream>;

constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);

// A cancellation is an event: one that came before an operation began would not end it. So each looks first.
bool was_cancelled(const asio::cancellation_state& state) {
  return state.cancelled() != asio::cancellation_type::none;
}

void set_limit(TcpStream& stream, TimePoint limit) {
  if (limit == TimePoint::max()) return stream.expires_never();
  stream.expires_at(limit);
}

error_code translated(error_code ec) {
  return ec == boost::beast::error::timeout ? error_code(asio::error::timed_out) : ec;
}

// An answer may be silent for minutes. Probes keep routers from forgetting the connection, and find a dead peer.
void set_options(tcp::socket& socket) {
  error_code ignored;  // none of them is needed for a correct answer
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
#if defined(TCP_KEEPIDLE) && defined(TCP_KEEPINTVL)
  socket.set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>(45), ignored);
  socket.set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>(15), ignored);
#endif
}

bool is_address(const std::string& host) {
  error_code failed;
  asio::ip::make_address(host, failed);
  return !failed;
}

// Says whom the certificate must name; OpenSSL then checks it inside the handshake.
bool expect_host(SSL* ssl, const std::string& host) {
  if (is_address(host)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // SNI holds names only: RFC 6066, section 3.
  return SSL_set1_host(ssl, host.c_str()) == 1 && SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
}

bool is_open_and_silent(int socket) {
  char byte = 0;
  const auto got = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace

struct Connection::Streams {
  explicit Streams(const asio::any_io_executor& executor) : tcp(std::in_place, executor) {}
  TcpStream& lowest() { return tls ? tls->next_layer() : *tcp; }

  std::optional<TcpStream> tcp;  // moved into `tls` when that begins
  std::optional<TlsStream> tls;
};

Connection::Connection(const asio::any_io_executor& executor) : streams_(std::make_unique<Streams>(executor)) {}
Connection::~Connection() = default;

asio::any_io_executor Connection::executor() const {
  return streams_->lowest().get_executor();
}

bool Connection::is_tls() const noexcept {
  return streams_->tls.has_value();
}

Task<error_code> Connection::connect(const tcp::endpoint& peer, TimePoint limit) {
  if (was_cancelled(co_await asio::this_coro::cancellation_state)) co_return asio::error::operation_aborted;
  set_limit(*streams_->tcp, limit);
  const auto [ec] = co_await streams_->tcp->async_connect(peer, kAwaitTuple);
  if (!ec) set_options(streams_->tcp->socket());
  co_return translated(ec);
}

Task<error_code> Connection::start_tls(const TlsContext& context, const std::string& host, TimePoint limit) {
  if (was_cancelled(co_await asio::this_coro::cancellation_state)) co_return asio::error::operation_aborted;
  auto& tls = streams_->tls.emplace(std::move(*streams_->tcp), context.native());
  streams_->tcp.reset();
  if (!expect_host(tls.native_handle(), host)) co_return error_code(asio::error::invalid_argument);
  set_limit(tls.next_layer(), limit);
  const auto [ec] = co_await tls.async_handshake(asio::ssl::stream_base::client, kAwaitTuple);
  co_return translated(ec);
}

std::string Connection::certificate_problem() const {
  if (!streams_->tls) return {};
  const long verdict = SSL_get_verify_result(streams_->tls->native_handle());
  return verdict == X509_V_OK ? std::string() : X509_verify_cert_error_string(verdict);
}

Task<IoOutcome> Connection::read_some(std::span<std::uint8_t> into, TimePoint limit) {
  if (was_cancelled(co_await asio::this_coro::cancellation_state))
    co_return IoOutcome{0, asio::error::operation_aborted};
  set_limit(streams_->lowest(), limit);
  const auto buffer = asio::buffer(into.data(), into.size());
  IoOutcome outcome;
  if (streams_->tls) {
    std::tie(outcome.error, outcome.bytes) = co_await streams_->tls->async_read_some(buffer, kAwaitTuple);
  } else {
    std::tie(outcome.error, outcome.bytes) = co_await streams_->tcp->async_read_some(buffer, kAwaitTuple);
  }
  outcome.error = translated(outcome.error);
  co_return outcome;
}

Task<IoOutcome> Connection::write_some(ByteView first, ByteView second, TimePoint limit) {
  if (was_cancelled(co_await asio::this_coro::cancellation_state))
    co_return IoOutcome{0, asio::error::operation_aborted};
  set_limit(streams_->lowest(), limit);
  const std::array<asio::const_buffer, 2> buffers = {asio::buffer(first.data(), first.size()),
                                                     asio::buffer(second.data(), second.size())};
  IoOutcome outcome;
  if (streams_->tls) {
    std::tie(outcome.error, outcome.bytes) = co_await streams_->tls->async_write_some(buffers, kAwaitTuple);
  } else {
    std::tie(outcome.error, outcome.bytes) = co_await streams_->tcp->async_write_some(buffers, kAwaitTuple);
  }
  outcome.error = translated(outcome.error);
  co_return outcome;
}

bool Connection::is_quiet() {
  auto& socket = streams_->lowest().socket();
  if (!socket.is_open() || !is_open_and_silent(socket.native_handle())) return false;
  if (!streams_->tls) return true;
  SSL* ssl = streams_->tls->native_handle();
  return SSL_pending(ssl) == 0 && SSL_get_shutdown(ssl) == 0;
}

}  // namespace imagegen
