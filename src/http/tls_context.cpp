#include "http/tls_context.hpp"

#include "core/openssl_once.hpp"

namespace imagegen {
namespace {

// Without it a server that also speaks HTTP/2 may choose that.
constexpr unsigned char kAlpn[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

}  // namespace

Result<std::unique_ptr<TlsContext>> TlsContext::make(const std::string& ca_file) {
  detail::init_openssl_once();
  std::unique_ptr<TlsContext> out(new TlsContext);
  auto& context = out->context_;
  boost::system::error_code failed;
  if (ca_file.empty()) {
    context.set_default_verify_paths(failed);
  } else {
    context.load_verify_file(ca_file, failed);
  }
  if (failed)
    return Error{Errc::invalid_argument, "ca_file: cannot read the trusted certificates: " + failed.message()};
  context.set_verify_mode(boost::asio::ssl::verify_peer);
  SSL_CTX* native = context.native_handle();
  const bool set_up = SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) == 1 &&
                      SSL_CTX_set_alpn_protos(native, kAlpn, sizeof kAlpn) == 0;  // which is 0 for success
  if (!set_up) return Error{Errc::internal, "OpenSSL refuses TLS 1.2 or ALPN"};
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION);
  return out;
}

}  // namespace imagegen
