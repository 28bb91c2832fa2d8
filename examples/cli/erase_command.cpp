#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

#include "call.hpp"
#include "commands.hpp"

namespace cli {
namespace {

namespace js = boost::json;

void print_keys(const js::object& report, std::string_view name, const char* what) {
  for (const auto& key : texts_of(report, name)) std::cout << what << key << "\n";
}

void print_erased(const js::object& report) {
  const auto* went = is(report, "dryRun") ? "would go" : "went";
  print_keys(report, "removed", is(report, "dryRun") ? "would remove " : "removed ");
  print_keys(report, "shared", "kept, because somebody else has it too: ");
  print_keys(report, "live", "queued or running: ");
  print_keys(report, "left", "left: ");
  std::cout << texts_of(report, "removed").size() << " files, " << number_of(report, "assets") << " records of files, "
            << number_of(report, "jobs") << " jobs and the texts of " << number_of(report, "purchases") << " purchases "
            << went;
  for (const auto& [collection, count] : report.at("records").as_object())
    std::cout << ", " << count << " of " << imagegen::shown(std::string_view(collection));
  std::cout << (is(report, "foundNothing") ? ": nothing was found\n" : "\n");
  for (const auto& failure : list_of(report, "failed"))
    std::cerr << "imagegen: " << text_of(failure, "what") << ": " << text_of(failure, "message") << "\n";
}

int erase(const Command& command) {
  const auto engine = open_to_remove(command.settings);
  if (!engine) return kBadInput;
  const auto answer = call(*engine, "persons.erase", command.request);
  const int exit_code = show(answer, command.json, command.flags, print_erased);
  if (!answer.ok || is(answer.document, "complete")) return exit_code;
  return complain_beside("something is left: run it again when the reasons above are gone", kPartlyDone);
}

}  // namespace

void add_erase_command(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<Command>();
  auto* what = app.add_subcommand("erase", "Remove what is kept of a person; the ledger keeps amounts");
  add_options(*what, *command, described_flags("persons.erase"), "Print the report as JSON on stdout and nothing else");
  what->callback([command, &exit_code] { exit_code = erase(*command); });
}

}  // namespace cli
