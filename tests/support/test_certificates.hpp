#pragma once
#include "support/loopback_server.hpp"

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace imagegen::test {

struct FreeContext {
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using ServerContext = std::unique_ptr<SSL_CTX, FreeContext>;

/// A TLS server context with a fresh key and a certificate of that kind (not `none`).
/// \throws std::runtime_error with OpenSSL's words.
ServerContext make_server_context(Certificate kind, bool only_old_tls);

/// PEM file with this process's CA; removed when the process ends.
std::string test_ca_file();

}  // namespace imagegen::test
