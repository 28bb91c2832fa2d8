#pragma once
#include <imagegen/http/http_client.hpp>

#include "http/resolver.hpp"

namespace imagegen {

/// make_http_client() with a resolver of one's own.
Result<std::unique_ptr<HttpClient>> make_socket_client(HttpClientOptions options, std::unique_ptr<Resolver> resolver);

}  // namespace imagegen
