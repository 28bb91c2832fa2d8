#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/core/secret.hpp>
#include <imagegen/core/task.hpp>
#include <imagegen/http/http_message.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace imagegen {

/// For callers that may not have the memory for an answer yet.
class BodyGate {
 public:
  virtual ~BodyGate() = default;
  /// Awaited once, when a 2xx answer has begun and more of it is to come; the rest is read when it returns. Meanwhile
  /// the network holds it, and only the deadline runs. A peer may lose its patience after some tens of seconds.
  virtual Task<void> open() = 0;
};

/// Sends one request and gives the answer, whatever its status. Follows no redirects. Asks for no content coding; gzip
/// and deflate that come all the same are undone, and Content-Encoding and Content-Length are then left out of the
/// headers. Any number of interim answers is passed over, up to a megabyte of them.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  /// \return The answer; or an Error whose `delivery` says how far the request came:
  ///         not_sent (name, connection, TLS, or not one byte written), unknown (written, no complete answer), answered
  ///         (a status line came, then something failed).
  ///         Errc::unavailable (network, or a phase's own time limit), deadline_exceeded (the deadline given here),
  ///         cancelled, limit_exceeded (headers or body too large), bad_answer (not HTTP, or cut short),
  ///         permission_denied (address not public, refused port or http, proxy wants a password), invalid_argument (nothing was tried), or
  ///         the sink's own error.
  ///         `retry` is later where the network may do better next time and the request was not sent, or may be sent
  ///         twice; never otherwise.
  /// A request whose method is GET, HEAD, PUT or DELETE, without If-Match or If-None-Match, is sent once more when a
  /// kept-alive connection turns out to be dead before it answered. A POST is not, once a byte of it was written.
  virtual Task<Result<HttpResponse>> send(HttpRequest request, Deadline deadline) = 0;
};

/// How a client reaches servers and what it takes from them.
struct HttpClientOptions {
  std::chrono::milliseconds connect_timeout{10'000};  ///< Name, connection, proxy and TLS together.
  /// Longest pause inside a body, after its first byte that is no blank, or once its sink says that it is under way.
  std::chrono::milliseconds idle_timeout{30'000};
  std::chrono::milliseconds pool_idle{30'000};        ///< A connection unused for longer is closed.
  /// Connections kept open for later requests to one scheme, host and port; over all hosts at most 64 are kept.
  std::size_t max_idle_per_host = 8;
  /// Of the head of an answer; a longer one is Errc::limit_exceeded.
  std::size_t max_header_bytes = 64U << 10U;
  std::string ca_file;  ///< PEM file to trust instead of the system's roots; empty: the system's.
  /// Sent where a request has no User-Agent of its own; empty: none is sent.
  std::string user_agent = "imagegen/0.1";
  /// Hosts (or "host:port", an IPv6 address then in brackets) exempt from public_addresses_only and encrypted_only.
  std::vector<std::string> allowed_hosts;
  std::string proxy;  ///< "http://host:port"; empty: none. The environment is not consulted.
};

/// The client over sockets and OpenSSL (TLS 1.2 or newer, certificates and host names verified).
///
/// All calls to one client are made from one thread or strand at a time; it may be destroyed when none is under way.
/// Idle connections belong to the io_context they were opened on; client and io_context may end in either order.
/// Behind a proxy, a URL for public addresses only is looked up here and asked for by address, through CONNECT.
/// Errc::invalid_argument when the CA file cannot be read, the proxy is not an http URL, an allowed host is nothing that
/// a URL can name, or the user agent has control characters.
Result<std::unique_ptr<HttpClient>> make_http_client(HttpClientOptions options);

}  // namespace imagegen
