#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace cli {

// What the parser does not keep of an option, but help, man page and completion tell.
struct OptionFacts {
  std::string configuration;       // the field that sets it too
  std::string environment;         // the variable that sets it too
  std::vector<std::string> words;  // all that it takes; empty: anything
  enum class Names { nothing, file, folder } names = Names::nothing;
};
OptionFacts& facts_of(const CLI::Option* option);

// An option that says for one run what an environment and a configuration can say too.
void tell_other_sources(const CLI::Option* option, const std::string& configuration, const std::string& environment);

// An option whose value is a file, which is what completion then offers.
CLI::Option* takes_file(CLI::Option* option);

struct OptionDescription {
  std::vector<std::string> names;  // "-o", "--output"; one without dashes for an argument
  std::string value;               // "FILE"; empty for a switch
  std::string what;
  OptionFacts facts;
  bool is_argument = false, is_required = false, is_repeated = false, is_everywhere = false;
};

// A command as help, man page and completion tell it.
struct CommandDescription {
  std::string path;  // "jobs list"; empty for the program
  std::string name, summary;
  std::vector<OptionDescription> arguments, options;
  std::vector<CommandDescription> commands;
  bool needs_command = false;  // does nothing by itself
  std::vector<std::string> examples;
};

CommandDescription describe(const CLI::App& app);
// Those that can be called, in their order: the command itself and all below it.
std::vector<const CommandDescription*> with_all_below(const CommandDescription& command);

// The group of options that every command has.
inline constexpr const char* kEverywhere = "Everywhere";

// Lines to type, of the command with that path.
std::vector<std::string> examples_of(std::string_view path);

}  // namespace cli
