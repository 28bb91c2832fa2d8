#pragma once
#include <imagegen/http/url.hpp>

#include <span>
#include <string_view>

namespace imagegen {

/// A URL to which a key goes along, out of somebody's answer, the ledger or a caller: none of them is trusted to say who
/// gets the key.
/// \param base The configured one: its scheme, host and port are good. \param hosts So are these and what is below them,
/// on https and its port.
/// \return Else Errc::permission_denied, without the URL.
Result<Url> url_for_key(std::string_view text, const Url& base, std::span<const std::string_view> hosts = {});

}  // namespace imagegen
