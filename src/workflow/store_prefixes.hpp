#pragma once
#include <string_view>

namespace imagegen {

// Keys that the library keeps for itself in a store that it shares with finished files.
inline constexpr std::string_view kMastersPrefix = "masters/";
inline constexpr std::string_view kTemporaryPrefix = ".imagegen-tmp/";

}  // namespace imagegen
