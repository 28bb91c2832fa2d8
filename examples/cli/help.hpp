#pragma once
#include <string>

#include "command_description.hpp"

namespace cli {

// What --help prints, in lines of at most `width` columns where words allow it.
std::string help_text(const CommandDescription& command, std::size_t width);

// "[OPTIONS] IN"
std::string synopsis(const CommandDescription& command);
// "-o, --output FILE"
std::string label_of(const OptionDescription& option);
// With the words it takes, and what else sets it: "Model (environment IMAGEGEN_MODEL, configuration openai.model)".
std::string told_of(const OptionDescription& option);

}  // namespace cli
