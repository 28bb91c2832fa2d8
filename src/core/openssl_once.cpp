#include "core/openssl_once.hpp"

#include <openssl/crypto.h>

namespace imagegen::detail {

void init_openssl_once() {
  static const int done = OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
  static_cast<void>(done);
}

}  // namespace imagegen::detail
