#pragma once
#include <string_view>

namespace imagegen {

/// "0.1.0", of the library that runs. Static.
std::string_view version() noexcept;

}  // namespace imagegen
