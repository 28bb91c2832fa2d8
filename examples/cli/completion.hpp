#pragma once
#include <string>

#include "command_description.hpp"

namespace cli {

// Scripts that complete commands, options, their words and files; of the description that --help is made of.
std::string bash_completion(const CommandDescription& program);
std::string zsh_completion(const CommandDescription& program);
std::string fish_completion(const CommandDescription& program);

// The page for man(1), in roff.
std::string man_page(const CommandDescription& program, const std::string& version);

}  // namespace cli
