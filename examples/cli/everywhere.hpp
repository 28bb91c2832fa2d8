#pragma once
#include <string>

namespace CLI {
class App;
}

namespace cli {

// The options that every command has, put into all that were added: --help, -q, -v, --color.
void add_everywhere(CLI::App& app);

// What --version prints.
std::string version_text();

}  // namespace cli
