#pragma once
#include <imagegen/core/result.hpp>

#include <boost/asio/ssl/context.hpp>

#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace imagegen {

/// Where a system may have the roots that it trusts.
struct SystemRoots {
  /// Of the OpenSSL that is linked with, beside what its environment variables name.
  std::string file = X509_get_default_cert_file(), folder = X509_get_default_cert_dir();
  /// Where there are neither, because OpenSSL was built on another distribution: the first of these.
  std::vector<std::string> elsewhere = {
      "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Arch, Alpine
      "/etc/pki/tls/certs/ca-bundle.crt",    // Fedora, RHEL
      "/etc/ssl/ca-bundle.pem",              // openSUSE
      "/etc/ssl/cert.pem",                   // Alpine, FreeBSD
  };
};

/// Lets `context` trust them. Where there are none, no certificate is accepted.
void trust(const SystemRoots& roots, boost::asio::ssl::context& context);

/// What every TLS connection of a client has in common: TLS 1.2 or newer, certificates verified against `ca_file`, or
/// against the system's roots when that is empty. Those are read with the first connection: that takes some 25 ms,
/// which a client that never speaks TLS need not spend.
class TlsContext {
 public:
  /// Errc::invalid_argument when the file cannot be read or holds no certificate.
  static Result<std::unique_ptr<TlsContext>> make(const std::string& ca_file);
  /// Asio wants it mutable, though a connection only reads it. On the client's executor.
  boost::asio::ssl::context& native() const noexcept;

 private:
  explicit TlsContext(bool takes_system_roots) : roots_are_due_(takes_system_roots) {}
  mutable boost::asio::ssl::context context_{boost::asio::ssl::context::tls_client};
  mutable bool roots_are_due_;
};

}  // namespace imagegen
