// The command line: imagegen heroes | render | inspect | mask | doctor | prompt | jobs | worker | spend | audit | replay |
// state | erase | operations.
#include <CLI/CLI.hpp>
#include <imagegen/core/shown_text.hpp>

#include <exception>
#include <iostream>
#include <sstream>

#include "commands.hpp"
#include "exit_code.hpp"
#include "output.hpp"

namespace {

int run(CLI::App& app, int argc, char** argv) {
  int exit_code = cli::kOk;
  cli::add_heroes_command(app, exit_code);
  cli::add_render_command(app, exit_code);
  cli::add_inspect_command(app, exit_code);
  cli::add_mask_command(app, exit_code);
  cli::add_doctor_command(app, exit_code);
  cli::add_prompt_command(app, exit_code);
  cli::add_jobs_command(app, exit_code);
  cli::add_worker_command(app, exit_code);
  cli::add_spend_command(app, exit_code);
  cli::add_audit_command(app, exit_code);
  cli::add_replay_command(app, exit_code);
  cli::add_state_command(app, exit_code);
  cli::add_erase_command(app, exit_code);
  cli::add_operations_command(app, exit_code);
  app.require_subcommand(1);
  app.footer(cli::kExitCodeHelp);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 has exit codes of its own; ours has one for wrong usage. It quotes what it was given.
    std::ostringstream out, err;
    const bool is_help = app.exit(error, out, err) == 0;
    std::cout << imagegen::shown_lines(out.str());
    std::cerr << imagegen::shown_lines(err.str());
    return is_help ? cli::kOk : cli::kBadInput;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  cli::prepare_output();
  CLI::App app{"From 'a user wants a picture' to finished files with URLs.", "imagegen"};
  try {
    return cli::checked_output(run(app, argc, argv));
  } catch (const std::exception& error) {
    std::cerr << "imagegen: unexpected: " << imagegen::shown_lines(error.what()) << "\n";
    return cli::kFailed;
  }
}
