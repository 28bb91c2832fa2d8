#include <CLI/CLI.hpp>
#include <imagegen/core/version.hpp>

#include <iostream>
#include <memory>

#include "commands.hpp"
#include "completion.hpp"
#include "word_check.hpp"

namespace cli {

void add_completion_command(CLI::App& app, int& /*exit_code*/) {
  auto shell = std::make_shared<std::string>();
  auto* what = app.add_subcommand("completion", "Print a script that completes commands, options and their values");
  takes_words(what->add_option("SHELL", *shell, "bash, zsh or fish")->required(), {"bash", "zsh", "fish"});
  what->callback([&app, shell] {
    const auto program = describe(app);
    std::cout << (*shell == "bash"  ? bash_completion(program)
                  : *shell == "zsh" ? zsh_completion(program)
                                    : fish_completion(program));
  });
}

void add_man_command(CLI::App& app, int& /*exit_code*/) {
  auto* what = app.add_subcommand("man", "Print the page for man(1)");
  what->callback([&app] { std::cout << man_page(describe(app), std::string(imagegen::version())); });
}

}  // namespace cli
