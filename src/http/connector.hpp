#pragma once
#include <imagegen/http/http_client.hpp>

#include "http/connection.hpp"
#include "http/http_errors.hpp"
#include "http/resolver.hpp"
#include "http/tls_context.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace imagegen {

/// Opens connections: name, address check, TCP, proxy tunnel, TLS.
class Connector {
 public:
  /// \param options Borrowed; must outlive the connector.
  Connector(const HttpClientOptions& options, std::optional<Url> proxy, std::unique_ptr<TlsContext> tls,
            std::unique_ptr<Resolver> resolver);

  /// Whether addresses have to be public for this request.
  bool is_guarded(const HttpRequest& request) const;

  /// Errc::permission_denied for a scheme or a port that this request must not go to.
  Result<void> check_target(const HttpRequest& request) const;

  /// A connection on which `url` can be asked for. Within HttpClientOptions::connect_timeout and the deadline.
  /// Every failure is one where nothing of the request was sent.
  Task<Result<std::unique_ptr<Connection>>> open(const Url& url, bool guarded, Deadline deadline);

  /// What the request line names: the target, or the whole URL where a proxy reads it.
  std::string request_target(const Url& url, bool guarded) const;

 private:
  using Address = boost::asio::ip::address;
  struct Attempt;

  Task<Result<std::vector<Address>>> find_addresses(const Attempt& attempt, const Url& url, bool guarded);
  Task<Result<std::unique_ptr<Connection>>> connect_to(const Attempt& attempt, std::vector<Address> addresses,
                                                       std::uint16_t port);
  Task<Result<std::unique_ptr<Connection>>> connect_to_proxy(const Attempt& attempt, const Url& url, bool guarded);
  Task<Result<void>> ask_for_tunnel(const Attempt& attempt, Connection& connection, std::string destination);
  Task<Result<void>> secure(const Attempt& attempt, Connection& connection, std::string host);

  const HttpClientOptions& options_;
  std::optional<Url> proxy_;
  std::unique_ptr<TlsContext> tls_;
  std::unique_ptr<Resolver> resolver_;
};

}  // namespace imagegen
