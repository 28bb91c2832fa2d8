#pragma once

namespace imagegen::detail {

/// To be called before OpenSSL is used. It then does not take itself down when the process exits, because threads of a
/// host's may still be at work in it.
void init_openssl_once();

}  // namespace imagegen::detail
