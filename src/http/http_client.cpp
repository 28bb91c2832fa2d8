#include <imagegen/http/http_client.hpp>

#include "http/address_guard.hpp"
#include "http/ascii.hpp"
#include "http/connector.hpp"
#include "http/idle_pool.hpp"
#include "http/request_text.hpp"
#include "http/socket_client.hpp"
#include "http/transfer.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace imagegen {
namespace {

// What one call needs at every step, and what is known of it when an exception ends it.
struct Call {
  const HttpRequest& request;
  Deadline deadline;
  bool guarded;
  std::string pool_key;
  Delivery delivery = Delivery::not_sent;
};

// Writes down how far a transfer came, also when an exception leaves it.
class DeliveryNote {
 public:
  DeliveryNote(Delivery& note, const HttpTransfer& transfer) noexcept : note_(note), transfer_(transfer) {}
  ~DeliveryNote() { note_ = std::max(note_, transfer_.delivery()); }
  DeliveryNote(const DeliveryNote&) = delete;
  DeliveryNote& operator=(const DeliveryNote&) = delete;

 private:
  Delivery& note_;
  const HttpTransfer& transfer_;
};

class SocketClient final : public HttpClient {
 public:
  SocketClient(std::unique_ptr<HttpClientOptions> options, std::optional<Url> proxy, std::unique_ptr<TlsContext> tls,
               std::unique_ptr<Resolver> resolver)
      : options_(std::move(options)),
        connector_(*options_, std::move(proxy), std::move(tls), std::move(resolver)),
        pool_(std::make_shared<IdlePool>(options_->max_idle_per_host, options_->pool_idle)) {}

  Task<Result<HttpResponse>> send(HttpRequest request, Deadline deadline) override;

 private:
  Task<Result<HttpResponse>> perform(Call& call);
  Task<Result<HttpResponse>> transfer(Call& call, std::unique_ptr<Connection> connection, bool& repeat);
  Call make_call(const HttpRequest& request, Deadline deadline) const;

  std::unique_ptr<HttpClientOptions> options_;
  Connector connector_;
  std::shared_ptr<IdlePool> pool_;
};

// A guarded call shares no connection with others: theirs may lead where it must not go.
Call SocketClient::make_call(const HttpRequest& request, Deadline deadline) const {
  const bool guarded = connector_.is_guarded(request);
  const auto& url = request.url;
  return {request, deadline, guarded, (guarded ? "guarded " : "") + url.scheme + "://" + url.authority()};
}

// The same call again could be paid for twice when the first may have arrived.
Retry retry_after_failure(const Error& error, const HttpRequest& request) {
  return error.delivery == Delivery::not_sent || is_repeatable(request) ? error.retry : Retry::never;
}

Task<Result<HttpResponse>> SocketClient::send(HttpRequest request, Deadline deadline) {
  if (const auto checked = check_request(request); !checked) co_return checked.error();
  if (const auto allowed = connector_.check_target(request); !allowed) co_return allowed.error();
  Call call = make_call(request, deadline);
  Result<HttpResponse> result = http_error(Errc::cancelled, {request.url.authority(), "request"}, "cancelled");
  try {
    result = co_await perform(call);
  } catch (const boost::system::system_error& thrown) {
    // Asio throws this at the first co_await after a cancellation that met no socket operation.
    if (thrown.code() != boost::asio::error::operation_aborted) throw;
  }
  if (result) co_return result;
  Error error = result.error();
  error.delivery = call.delivery;
  error.retry = retry_after_failure(error, request);
  co_return error;
}

Task<Result<HttpResponse>> SocketClient::perform(Call& call) {
  const auto executor = co_await boost::asio::this_coro::executor;
  const bool expired = call.deadline.at <= std::chrono::steady_clock::now();
  const bool fresh = call.request.fresh_connection || expired;
  if (auto idle = fresh ? nullptr : pool_->take(call.pool_key, executor)) {
    bool repeat = false;
    auto result = co_await transfer(call, std::move(idle), repeat);
    if (!repeat) co_return result;
  }
  auto opened = co_await connector_.open(call.request.url, call.guarded, call.deadline);
  if (!opened) co_return opened.error();
  bool repeat = false;
  co_return co_await transfer(call, std::move(*opened), repeat);
}

// `repeat` becomes true when the connection turned out to be dead and a fresh one may be tried.
Task<Result<HttpResponse>> SocketClient::transfer(Call& call, std::unique_ptr<Connection> connection, bool& repeat) {
  const TransferOptions rules{call.request.url.authority(), call.deadline, options_->idle_timeout,
                              options_->max_header_bytes};
  HttpTransfer transfer(*connection, call.request, rules);
  const DeliveryNote note(call.delivery, transfer);
  const auto target = connector_.request_target(call.request.url, call.guarded);
  auto result = co_await transfer.run(request_head(call.request, target, options_->user_agent));
  if (result && transfer.can_reuse()) pool_->put(call.pool_key, std::move(connection));
  repeat = !result && transfer.found_dead() && (transfer.untouched() || is_repeatable(call.request));
  co_return result;
}

Result<std::optional<Url>> parse_proxy(const std::string& text) {
  if (text.empty()) return std::optional<Url>();
  auto proxy = parse_url(text);
  if (!proxy) return in_context(proxy.error(), "proxy");
  if (proxy->is_tls()) return Error{Errc::invalid_argument, "proxy: expected http://host:port"};
  return std::optional<Url>(std::move(*proxy));
}

}  // namespace

Result<std::unique_ptr<HttpClient>> make_socket_client(HttpClientOptions options, std::unique_ptr<Resolver> resolver) {
  if (!is_header_value(options.user_agent)) {
    return Error{Errc::invalid_argument, "user_agent: control characters are not allowed"};
  }
  if (const auto checked = check_allowed_hosts(options.allowed_hosts); !checked) return checked.error();
  auto proxy = parse_proxy(options.proxy);
  if (!proxy) return proxy.error();
  auto tls = TlsContext::make(options.ca_file);
  if (!tls) return tls.error();
  auto kept = std::make_unique<HttpClientOptions>(std::move(options));
  return std::make_unique<SocketClient>(std::move(kept), std::move(*proxy), std::move(*tls), std::move(resolver));
}

Result<std::unique_ptr<HttpClient>> make_http_client(HttpClientOptions options) {
  return make_socket_client(std::move(options), make_system_resolver());
}

}  // namespace imagegen
