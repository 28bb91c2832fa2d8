#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <iostream>
#include <memory>
#include <set>
#include <string>

#include "commands.hpp"
#include "interrupt.hpp"
#include "open_runtime.hpp"
#include "output.hpp"

namespace cli {
namespace {

struct WorkerCommand {
  Settings settings;
  std::size_t concurrency = 0;
  bool until_idle = false, json = false;
};

// One line for each job that this worker has done.
void print(const imagegen::Job& job, bool json) {
  const auto state = to_string(job.state);
  if (!json) {
    std::cerr << imagegen::shown(job.id) << "  " << state << (job.error.empty() ? "" : "  ")
              << imagegen::shown(job.error) << "\n";
    return;
  }
  const boost::json::object line{
      {"jobId", job.id}, {"kind", job.kind}, {"state", state}, {"attempt", job.attempt}, {"error", job.error}};
  std::cout << boost::json::serialize(line) << std::endl;  // flushed, for whoever reads along
}

// How the jobs ended that this worker has seen, for the exit code of one that works until nothing is left.
class Tally {
 public:
  void count(const imagegen::Job& job) {
    using imagegen::JobState;
    if (job.state == JobState::succeeded || job.state == JobState::partly_succeeded) any_done_ = true;
    if (job.state == JobState::succeeded || job.state == JobState::cancelled) not_done_.erase(job.id);
    if (job.state == JobState::failed || job.state == JobState::partly_succeeded) not_done_.insert(job.id);
  }
  void left(const imagegen::Job& job) {
    if (job.state == imagegen::JobState::queued) not_done_.insert(job.id);
    count(job);
  }
  int exit_code() const {
    if (not_done_.empty()) return kOk;
    return any_done_ ? kPartlyDone : kFailed;
  }

 private:
  bool any_done_ = false;
  std::set<std::string> not_done_;
};

// A job that ended elsewhere, or that is left because this worker may not do it as it was ordered.
void print_left(const imagegen::Job& job) {
  std::cerr << "imagegen: " << job.id << "  " << to_string(job.state);
  if (job.state == imagegen::JobState::queued) std::cerr << ", and left to another worker; this one cannot do it";
  std::cerr << (job.error.empty() ? "" : ": ") << job.error << "\n";
}

int work(const WorkerCommand& options) {
  Interrupt interrupt;
  const auto runtime = open_runtime(options.settings);
  if (!runtime) return kBadInput;
  Tally tally;
  auto worker = runtime->config().worker;
  if (options.concurrency > 0) worker.concurrency = options.concurrency;
  worker.until_idle = options.until_idle;
  worker.on_word = [](const std::string& word) { std::cerr << "imagegen: " << word << "\n"; };
  worker.on_not_done = [&tally](const imagegen::Job& job) {
    tally.left(job);
    if (job.state != imagegen::JobState::succeeded) print_left(job);
  };
  worker.on_written = [&interrupt, &tally, json = options.json](const imagegen::Job& job) {
    tally.count(job);
    print(job, json);
    if (!output_is_written()) interrupt.drain();  // nobody would learn of what is bought now
  };
  const auto state = runtime->state();
  if (!state) return complain(state.error());
  std::cerr << "imagegen: working on the jobs in " << imagegen::shown((*state)->description) << ", " << worker.concurrency
            << " at a time\n";
  const auto worked = runtime->work(std::move(worker), {interrupt.stop_buying(), interrupt.stop_now()});
  if (!worked) return complain(worked.error());
  if (interrupt.happened()) return kInterrupted;
  return options.until_idle ? tally.exit_code() : kOk;
}

}  // namespace

void add_worker_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<WorkerCommand>();
  auto* command = app.add_subcommand("worker", "Do queued jobs until interrupted; any number may run at a time");
  command->add_option("--concurrency", options->concurrency, "Jobs at a time (default 4)")
      ->check(CLI::Range(1, 100000));
  command->add_flag("--until-idle", options->until_idle,
                    "End when nothing is left to do, here or at other workers: with 0 when all jobs succeeded, 3 when "
                    "some did, 1 when none did");
  command->add_flag("--json", options->json,
                    "Print a line of JSON on stdout for each job that was done, and nothing else");
  add_budgets(*command, options->settings);
  add_settings(*command, options->settings);
  command->footer(kExitCodeHelp);
  command->callback([options, &exit_code] { exit_code = work(*options); });
}

}  // namespace cli
