// The command line: imagegen init | heroes | render | inspect | mask | doctor | prompt | jobs | worker | spend | prices
// | audit | replay | state | erase | operations | completion | man.
#include <CLI/CLI.hpp>

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <iostream>

#include "commands.hpp"
#include "everywhere.hpp"
#include "exit_code.hpp"
#include "help.hpp"
#include "output.hpp"
#include "said.hpp"
#include "terminal.hpp"
#include "typo.hpp"

namespace {

void add_commands(CLI::App& app, int& exit_code) {
  cli::add_init_command(app, exit_code);
  cli::add_heroes_command(app, exit_code);
  cli::add_render_command(app, exit_code);
  cli::add_inspect_command(app, exit_code);
  cli::add_mask_command(app, exit_code);
  cli::add_doctor_command(app, exit_code);
  cli::add_prompt_command(app, exit_code);
  cli::add_jobs_command(app, exit_code);
  cli::add_worker_command(app, exit_code);
  cli::add_spend_command(app, exit_code);
  cli::add_prices_command(app, exit_code);
  cli::add_audit_command(app, exit_code);
  cli::add_replay_command(app, exit_code);
  cli::add_state_command(app, exit_code);
  cli::add_erase_command(app, exit_code);
  cli::add_operations_command(app, exit_code);
  cli::add_completion_command(app, exit_code);
  cli::add_man_command(app, exit_code);
  app.require_subcommand(1);
  cli::add_everywhere(app);
  app.set_version_flag("--version", std::function<std::string()>(cli::version_text),
                       "Print version, formats and what it is built with")
      ->group(cli::kEverywhere);
}

// CLI11 has exit codes of its own; ours has one for wrong usage. It quotes what it was given.
int end_of(const CLI::App& app, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::CallForHelp*>(&error) != nullptr) return std::cout << app.help(), cli::kOk;
  if (dynamic_cast<const CLI::CallForVersion*>(&error) != nullptr) return std::cout << error.what(), cli::kOk;
  std::string_view message = error.what();
  while (message.ends_with('\n')) message.remove_suffix(1);
  auto command = std::string("imagegen");
  const auto* called = &app;
  while (!called->get_subcommands().empty())
    called = called->get_subcommands().front(), command += " " + called->get_name();
  if (error.get_name() == "RequiredError" && called->get_require_subcommand_min() > 0) message = "expected a command";
  const auto* see = message.ends_with('?') ? " See " : ". See ";
  return cli::complain(std::string(message) + see + command + " --help", cli::kBadInput);
}

int run(CLI::App& app, const std::vector<std::string>& arguments) {
  int exit_code = cli::kOk;
  app.formatter_fn([](const CLI::App* asked, const std::string&, CLI::AppFormatMode) {
    return cli::help_text(cli::describe(*asked), cli::columns_of(STDOUT_FILENO));
  });
  add_commands(app, exit_code);
  cli::manner().json = std::ranges::find(arguments, "--json") != arguments.end();
  if (const auto typo = cli::typo_in(arguments, cli::describe(app))) return cli::complain(*typo, cli::kBadInput);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    return end_of(app, error);
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  cli::prepare_output();
  CLI::App app{"From 'a user wants a picture' to finished files with URLs.", "imagegen"};
  try {
    return cli::checked_output(run(app, {argv + std::min(argc, 1), argv + argc}));
  } catch (const std::exception& error) {
    return cli::checked_output(cli::complain(std::string("unexpected: ") + error.what(), cli::kFailed));
  }
}
