#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace imagegen {

// Text of a URL as it is meant (RFC 3986, section 2.1); nothing where a '%' begins no escape.
// \param plus_is_blank As in the query of a form.
std::optional<std::string> decode_percent(std::string_view text, bool plus_is_blank = false);

}  // namespace imagegen
