#include "provider/common/key_url.hpp"

#include <algorithm>

namespace imagegen {
namespace {

bool is_at_or_below(std::string_view host, std::string_view parent) {
  if (host == parent) return true;
  return host.size() > parent.size() && host.ends_with(parent) && host[host.size() - parent.size() - 1] == '.';
}

}  // namespace

Result<Url> url_for_key(std::string_view text, const Url& base, std::span<const std::string_view> hosts) {
  auto url = parse_url(text);
  if (url) {
    if (url->scheme == base.scheme && url->host == base.host && url->port == base.port) return url;
    const auto is_known = [&](std::string_view host) { return is_at_or_below(url->host, host); };
    if (url->is_tls() && url->port == 443 && std::ranges::any_of(hosts, is_known)) return url;
  }
  return Error{Errc::permission_denied, "expected an address of the service itself, got another: the key is not sent there"};
}

}  // namespace imagegen
