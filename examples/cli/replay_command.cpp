#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

#include "call.hpp"
#include "commands.hpp"

namespace cli {
namespace {

namespace js = boost::json;

const Flag kReplay[] = {{"JOB", "id"}};

void print_file(const js::object& file) {
  const auto* request = is(file, "sameRequest") ? "the same request" : "another request";
  std::cout << text_of(file, "name") << ": " << request << ", ";
  if (const auto fault = text_of(file, "fault"); !fault.empty())
    std::cout << "no file: " << fault << "\n";
  else
    std::cout << (is(file, "sameFile") ? "the same file" : "another file") << " (" << text_of(file, "replayedSha256")
              << ")\n";
}

void print_replay(const js::object& replay) {
  const auto files = list_of(replay, "files");
  if (files.empty()) std::cout << "no picture of this job is finished\n";
  for (const auto& file : files) print_file(file);
}

int replay(const Command& command) {
  const auto engine = open_to_read(command.settings);
  if (!engine) return kBadInput;
  const auto answer = call(*engine, "jobs.replay", command.request);
  const int exit_code = show(answer, command.json, command.flags, print_replay);
  return answer.ok && !is(answer.document, "same") ? kFailed : exit_code;
}

}  // namespace

void add_replay_command(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<Command>();
  auto* what = app.add_subcommand(
      "replay", "Plan and render a job again from its record, offline and free; exit 0 when the same files come out");
  add_options(*what, *command, described_flags("jobs.replay", kReplay));
  what->callback([command, &exit_code] { exit_code = replay(*command); });
}

}  // namespace cli
