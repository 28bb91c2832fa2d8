#include <CLI/CLI.hpp>

#include <boost/json/parse.hpp>

#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "call.hpp"
#include "commands.hpp"
#include "interrupt.hpp"
#include "live_line.hpp"
#include "output.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

namespace js = boost::json;
using Takes = Flag::Takes;

const Flag kWorker[] = {
    {"--until-idle", "untilIdle", Takes::yes,
     "End when nothing is left to do, here or at other workers: with 0 when all jobs succeeded, 3 when some did, 1 "
     "when none did"},
};

// Tells each job as it ends, and how all of them have for the exit code of a worker that works until nothing is left.
// On a terminal a line moves below, with how many have.
class Teller {
 public:
  Teller(bool json, Interrupt& interrupt) : json_(json), interrupt_(interrupt) {}

  void tell(std::string_view line) {
    const auto step = js::parse(line).as_object();
    const std::string_view stage = step.at("stage").as_string();
    if (stage == "working") {
      note("working on the jobs in " + text_of(step, "database") + ", " +
           std::to_string(number_of(step, "concurrency")) + " at a time");
      line_.show("waiting for jobs to end");
    }
    if (stage == "written") written(step, line);
    if (stage == "notDone") not_done(step);
  }
  int exit_code() const {
    if (not_done_.empty()) return kOk;
    return any_done_ ? kPartlyDone : kFailed;
  }

 private:
  void count(const std::string& id, const std::string& state) {
    if (state == "succeeded" || state == "partly_succeeded") any_done_ = true;
    if (state == "succeeded" || state == "cancelled") not_done_.erase(id);
    if (state == "failed" || state == "partly_succeeded") not_done_.insert(id);
  }
  void written(const js::object& job, std::string_view line) {
    const auto id = text_of(job, "jobId"), state = text_of(job, "state"), error = text_of(job, "error");
    count(id, state);
    ++ended_[state];
    if (json_)
      print_above(std::string(line));  // flushed, for whoever reads along
    else if (manner().loudness != Loudness::quiet)
      write_above(id + "  " + state + "  " + text_of(job, "kind") + (error.empty() ? "" : "  " + error) + "\n");
    line_.show(ended_so_far());
    if (!output_is_written()) interrupt_.drain();  // nobody would learn of what is bought now
  }
  // It ended elsewhere, or is left because this worker may not do it as it was ordered.
  void not_done(const js::object& job) {
    const auto state = text_of(job, "state"), id = text_of(job, "jobId"), error = text_of(job, "error");
    if (state == "queued") not_done_.insert(id);
    count(id, state);
    if (state == "succeeded") return;
    const auto* left = state == "queued" ? ", and left to another worker; this one cannot do it" : "";
    write_above("imagegen: " + id + "  " + state + left + (error.empty() ? "" : ": " + error) + "\n");
  }
  // "3 succeeded, 1 failed"
  std::string ended_so_far() const {
    std::string text;
    for (const auto& [state, count] : ended_) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + state;
    return text;
  }

  const bool json_;
  Interrupt& interrupt_;
  bool any_done_ = false;
  std::set<std::string> not_done_;
  std::map<std::string, std::size_t> ended_;  // how many, by state
  LiveLine line_;
};

int work(const Command& command) {
  Interrupt interrupt;
  const auto engine = open_engine(command.settings);
  if (!engine) return kBadInput;
  Teller teller(command.json, interrupt);
  imagegen::RunOptions how;
  how.drain = interrupt.stop_buying(), how.stop = interrupt.stop_now();
  how.on_progress = [&teller](std::string_view step) { teller.tell(step); };
  const auto answer = call(*engine, "worker.run", command.request, std::move(how));
  if (!answer.ok && answer.document.at("code") != "CANCELLED") return complain(answer, command.flags);
  if (interrupt.happened()) return kInterrupted;
  return is(command.request, "untilIdle") ? teller.exit_code() : kOk;
}

}  // namespace

void add_worker_command(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<Command>();
  auto* what = app.add_subcommand("worker", "Do queued jobs until interrupted; any number may run at a time");
  add_options(*what, *command, described_flags("worker.run", kWorker),
              "Print a line of JSON on stdout for each job that was done, and nothing else");
  add_budgets(*what, command->settings);
  what->callback([command, &exit_code] { exit_code = work(*command); });
}

}  // namespace cli
