#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace imagegen {

/// Gives the value of an environment variable, or nothing. The library itself never reads the environment.
using EnvironmentLookup = std::function<std::optional<std::string>(std::string_view name)>;

}  // namespace imagegen
