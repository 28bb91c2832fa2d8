#include "command_description.hpp"

#include <CLI/CLI.hpp>

#include <map>

namespace cli {
namespace {

std::string path_of(const CLI::App& app) {
  if (app.get_parent() == nullptr) return {};
  const auto before = path_of(*app.get_parent());
  return before.empty() ? app.get_name() : before + " " + app.get_name();
}

bool is_switch(const CLI::Option& option) {
  return option.get_items_expected_max() == 0 || option.get_expected_min() == 0;
}

std::string value_of(const CLI::Option& option, const OptionFacts& facts) {
  if (is_switch(option)) return {};
  if (facts.names == OptionFacts::Names::file) return "FILE";
  if (facts.names == OptionFacts::Names::folder) return "DIR";
  const auto type = option.get_type_name();
  const auto colon = type.find(':');  // what a check has added
  return type.substr(0, colon);
}

OptionDescription described(const CLI::Option& option) {
  OptionDescription told;
  told.is_argument = option.get_positional();
  if (told.is_argument) told.names.push_back(option.get_name(true));
  for (const auto& name : option.get_snames()) told.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) told.names.push_back("--" + name);
  told.facts = facts_of(&option);
  told.value = told.is_argument ? "" : value_of(option, told.facts);
  told.what = option.get_description();
  told.is_required = option.get_required();
  told.is_repeated = option.get_expected_max() > 1;
  told.is_everywhere = option.get_group() == kEverywhere;
  return told;
}

// Options of a group of exactly one are options of the command to whoever types them.
void add_options_of(const CLI::App& app, CommandDescription& command) {
  for (const auto* option : app.get_options()) {
    auto told = described(*option);
    (told.is_argument ? command.arguments : command.options).push_back(std::move(told));
  }
  for (const auto* below : app.get_subcommands([](const CLI::App*) { return true; }))
    if (below->get_name().empty()) add_options_of(*below, command);
}

}  // namespace

OptionFacts& facts_of(const CLI::Option* option) {
  static std::map<const CLI::Option*, OptionFacts> all;
  return all[option];
}

void tell_other_sources(const CLI::Option* option, const std::string& configuration, const std::string& environment) {
  auto& facts = facts_of(option);
  facts.configuration = configuration, facts.environment = environment;
}

CLI::Option* takes_file(CLI::Option* option) {
  facts_of(option).names = OptionFacts::Names::file;
  return option;
}

CommandDescription describe(const CLI::App& app) {
  CommandDescription command;
  command.path = path_of(app);
  command.name = app.get_name();
  command.summary = app.get_description();
  command.needs_command = app.get_require_subcommand_min() > 0;
  command.examples = examples_of(command.path);
  add_options_of(app, command);
  for (const auto* below : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!below->get_name().empty()) command.commands.push_back(describe(*below));
  return command;
}

std::vector<const CommandDescription*> with_all_below(const CommandDescription& command) {
  std::vector<const CommandDescription*> all{&command};
  for (const auto& below : command.commands)
    for (const auto* each : with_all_below(below)) all.push_back(each);
  return all;
}

}  // namespace cli
