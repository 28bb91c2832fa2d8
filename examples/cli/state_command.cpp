#include <CLI/CLI.hpp>

#include <boost/json/parse.hpp>

#include <memory>

#include "call.hpp"
#include "columns.hpp"
#include "commands.hpp"
#include "interrupt.hpp"

namespace cli {
namespace {

namespace js = boost::json;

const Flag kCopy[] = {{"FROM", "source"}, {"TO", "target"}};

void print_copied(const js::object& report) {
  std::vector<Row> rows{{"PART", "ROWS", "SHA-256"}};
  for (const auto& part : list_of(report, "parts"))
    rows.push_back({text_of(part, "name"), std::to_string(number_of(part, "rows")), text_of(part, "sha256")});
  print_table(rows);
  for (const auto& remark : texts_of(report, "remarks")) note(remark);
  note(text_of(report, "target") + (is(report, "wasComplete") ? " was already" : " is") + " equal to " +
       text_of(report, "source"));
}

int copy(const Command& command) {
  Interrupt interrupt;
  const auto engine = open_to_read(command.settings);
  if (!engine) return kBadInput;
  imagegen::RunOptions how;
  how.stop = interrupt.stop_buying();  // at the first signal: the same call goes on from there
  std::string part;
  how.on_progress = [&part](std::string_view step) {
    const auto progress = js::parse(step).as_object();
    if (part != text_of(progress, "part")) note(part = text_of(progress, "part"));
  };
  const auto answer = call(*engine, "state.copy", command.request, std::move(how));
  const int exit_code = show(answer, command.json, command.flags, print_copied);
  return interrupt.happened() && !answer.ok ? kInterrupted : exit_code;
}

}  // namespace

void add_state_command(CLI::App& app, int& exit_code) {
  auto* state = app.add_subcommand("state", "Move the database of jobs and purchases, or keep a backup");
  state->require_subcommand(1);
  auto command = std::make_shared<Command>();
  auto* what = state->add_subcommand("copy", "Copy all that is kept; an interrupted copy goes on where it was");
  add_options(*what, *command, described_flags("state.copy", kCopy),
              "Print the report as JSON on stdout and nothing else");
  what->callback([command, &exit_code] { exit_code = copy(*command); });
}

}  // namespace cli
