#include <CLI/CLI.hpp>
#include <imagegen/engine/operations.hpp>

#include <iostream>
#include <memory>

#include "commands.hpp"

namespace cli {

void add_operations_command(CLI::App& app, int& /*exit_code*/) {
  auto as_json = std::make_shared<bool>(false);
  auto* what =
      app.add_subcommand("operations", "What every language can call, with the fields of requests and results");
  what->add_flag("--json", *as_json, "Print names, texts and JSON Schemas");
  what->callback([as_json] {
    if (*as_json)
      std::cout << imagegen::operations_json() << "\n";
    else
      for (const auto& operation : imagegen::operation_descriptions())
        std::cout << operation.name << "  " << operation.summary << "\n";
  });
}

}  // namespace cli
