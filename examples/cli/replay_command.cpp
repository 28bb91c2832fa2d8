#include <CLI/CLI.hpp>
#include <imagegen/workflow/heroes/hero_job.hpp>
#include <imagegen/workflow/replay.hpp>

#include <iostream>
#include <memory>

#include "commands.hpp"
#include "open_runtime.hpp"

namespace cli {
namespace {

struct ReplayOptions {
  Settings settings;
  std::string id;
  bool json = false;
};

void print(const imagegen::ReplayedFile& file) {
  std::cout << imagegen::shown(file.name) << ": " << (file.same_request ? "the same request" : "another request") << ", ";
  if (!file.fault.empty())
    std::cout << "no file: " << imagegen::shown(file.fault) << "\n";
  else
    std::cout << (file.same_file ? "the same file" : "another file") << " (" << file.replayed_sha256 << ")\n";
}

int replay(const ReplayOptions& options) {
  const auto runtime = open_to_read(options.settings);
  if (!runtime) return kBadInput;
  const auto replayed = runtime->wait(runtime->replay(options.id));
  if (!replayed) return complain(replayed.error());
  if (options.json)
    std::cout << to_json(*replayed) << "\n";
  else if (replayed->files.empty())
    std::cout << "no picture of this job is finished\n";
  else
    for (const auto& file : replayed->files) print(file);
  return replayed->same() ? kOk : kFailed;
}

}  // namespace

void add_replay_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ReplayOptions>();
  auto* command = app.add_subcommand(
      "replay", "Plan and render a job again from its record, offline and free; exit 0 when the same files come out");
  command->add_option("JOB", options->id, "The job's id")->required();
  command->add_flag("--json", options->json, "Print JSON on stdout and nothing else");
  add_settings(*command, options->settings);
  command->footer(kExitCodeHelp);
  command->callback([options, &exit_code] { exit_code = replay(*options); });
}

}  // namespace cli
