#include "http/tls_context.hpp"

#include "core/openssl_once.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace imagegen {
namespace {

// Without it a server that also speaks HTTP/2 may choose that.
constexpr unsigned char kAlpn[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

bool exists(const std::string& path) {
  std::error_code failed;
  return std::filesystem::exists(path, failed);
}

}  // namespace

void trust(const SystemRoots& roots, boost::asio::ssl::context& context) {
  boost::system::error_code failed;  // what is missing is said by the connections
  context.set_default_verify_paths(failed);
  if (exists(roots.file) || exists(roots.folder)) return;
  const auto found = std::ranges::find_if(roots.elsewhere, exists);
  if (found != roots.elsewhere.end()) context.load_verify_file(*found, failed);
}

Result<std::unique_ptr<TlsContext>> TlsContext::make(const std::string& ca_file) {
  detail::init_openssl_once();
  std::unique_ptr<TlsContext> out(new TlsContext(ca_file.empty()));
  auto& context = out->context_;
  boost::system::error_code failed;
  if (!ca_file.empty()) context.load_verify_file(ca_file, failed);
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

boost::asio::ssl::context& TlsContext::native() const noexcept {
  if (std::exchange(roots_are_due_, false)) trust(SystemRoots(), context_);
  return context_;
}

}  // namespace imagegen
