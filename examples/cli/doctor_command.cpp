#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

#include "call.hpp"
#include "columns.hpp"
#include "commands.hpp"

namespace cli {
namespace {

namespace js = boost::json;

constexpr std::size_t kVerdictColumns = 9, kSubjectColumns = 15;

void print_findings(const js::object& report) {
  for (const auto& finding : list_of(report, "findings")) {
    auto verdict = text_of(finding, "verdict");
    if (verdict == "good") verdict = "ok";
    if (verdict == "broken") verdict = "BROKEN";
    std::cout << padded(verdict, kVerdictColumns) << padded(text_of(finding, "subject"), kSubjectColumns)
              << text_of(finding, "text") << "\n";
  }
}

int doctor(const Command& command) {
  const auto options = options_of(command.settings);
  if (!options) return kBadInput;
  const Answer answer(imagegen::Engine::examine(*options));
  const int exit_code = show(answer, command.json, {}, print_findings);
  return answer.ok && !is(answer.document, "ok") ? kFailed : exit_code;
}

}  // namespace

void add_doctor_command(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<Command>();
  auto* what = app.add_subcommand("doctor", "Say what is configured, what can be reached, and what is missing");
  add_options(*what, *command, {}, "Print the findings as JSON");
  what->callback([command, &exit_code] { exit_code = doctor(*command); });
}

}  // namespace cli
