#pragma once
#include <imagegen/core/result.hpp>

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

namespace imagegen {

/// What every TLS connection of a client has in common: TLS 1.2 or newer, certificates verified against `ca_file`, or
/// against the system's roots when that is empty.
class TlsContext {
 public:
  /// Errc::invalid_argument when the file cannot be read or holds no certificate.
  static Result<std::unique_ptr<TlsContext>> make(const std::string& ca_file);
  /// Asio wants it mutable, though a connection only reads it.
  boost::asio::ssl::context& native() const noexcept { return context_; }

 private:
  TlsContext() = default;
  mutable boost::asio::ssl::context context_{boost::asio::ssl::context::tls_client};
};

}  // namespace imagegen
