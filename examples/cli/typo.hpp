#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "command_description.hpp"

namespace cli {

// What to say of the first command or option that there is none of, with the nearest that there is. Nothing: all are
// known.
std::optional<std::string> typo_in(const std::vector<std::string>& arguments, const CommandDescription& program);

// The word that takes the fewest changes to become, where these are few; empty where none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace cli
