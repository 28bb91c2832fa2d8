#include <CLI/CLI.hpp>

#include <boost/json.hpp>
#include <imagegen/core/utf8.hpp>
#include <imagegen/job/job_changes.hpp>

#include <iostream>
#include <memory>

#include "commands.hpp"
#include "open_runtime.hpp"

namespace cli {
namespace {

namespace js = boost::json;
using imagegen::Job;
using imagegen::shown;

struct JobsOptions {
  Settings settings;
  imagegen::JobQuery query;
  std::string state, owner, id;
  bool json = false;
};

// JSON of a workflow as it is, so that it can be read on.
js::value document(const std::string& text) {
  boost::system::error_code failed;
  auto value = js::parse(text, failed);
  return failed ? js::value(nullptr) : value;
}

// Since when a job waits for a worker that can do it; its error says why.
std::optional<imagegen::Timestamp> waits_since(imagegen::JobStore& jobs, const Job& job) {
  if (job.state != imagegen::JobState::queued || job.error.empty()) return std::nullopt;
  const auto events = jobs.events(job.id);
  return events ? imagegen::declined_since(*events) : std::nullopt;
}

js::value time_or_null(const std::optional<imagegen::Timestamp>& time) {
  return time ? js::value(imagegen::to_rfc3339(*time)) : js::value(nullptr);
}

js::object to_json(const Job& job, const std::optional<imagegen::Timestamp>& declined) {
  return {{"id", job.id},
          {"kind", job.kind},
          {"state", to_string(job.state)},
          {"declinedSince", time_or_null(declined)},
          {"owner", job.owner},
          {"priority", job.priority},
          {"attempt", job.attempt},
          {"cancelRequested", job.cancel_requested},
          {"worker", job.worker},
          {"error", job.error},
          {"created", imagegen::to_rfc3339(job.created)},
          {"updated", imagegen::to_rfc3339(job.updated)},
          {"input", document(job.input)},
          {"output", document(job.output)}};
}

void print_line(const Job& job, const std::optional<imagegen::Timestamp>& declined) {
  std::cout << shown(job.id) << "  " << to_string(job.state) << "  " << shown(job.kind) << "  "
            << imagegen::to_rfc3339(job.created);
  if (declined) std::cout << "  since " << imagegen::to_rfc3339(*declined) << " no worker could do it:";
  if (!job.error.empty()) std::cout << "  " << shown(job.error);
  std::cout << "\n";
}

int list(JobsOptions& options, imagegen::JobStore& jobs) {
  if (!options.state.empty()) {
    options.query.state = imagegen::parse_job_state(options.state);
    if (!options.query.state)
      return complain({imagegen::Errc::invalid_argument,
                       "--state: expected queued, running, succeeded, partly_succeeded, failed or cancelled, got " +
                           imagegen::in_quotes(options.state)});
  }
  if (!options.owner.empty()) options.query.owner = options.owner;
  const auto page = jobs.list(options.query);
  if (!page) return complain(page.error());
  js::array all;
  for (const Job& job : page->jobs) {
    const auto declined = waits_since(jobs, job);
    options.json ? all.push_back(to_json(job, declined)) : print_line(job, declined);
  }
  if (options.json) std::cout << js::serialize(js::object{{"jobs", all}, {"next", page->next}}) << "\n";
  if (!options.json && !page->next.empty()) std::cout << "more: --after " << shown(page->next) << "\n";
  return kOk;
}

// For a terminal; a pack may have megabytes.
std::string shortened(const std::string& text) {
  constexpr std::size_t kMost = 600;  // bytes
  if (text.size() <= kMost) return shown(text);
  return shown(imagegen::cut_utf8(text, kMost)) + "... (" + std::to_string(text.size()) +
         " bytes; --json shows all)";
}

void print_whole(const Job& job, const std::optional<imagegen::Timestamp>& declined) {
  print_line(job, declined);
  std::cout << "  attempt " << job.attempt << (job.cancel_requested ? ", asked to stop" : "") << "\n"
            << "  input   " << shortened(job.input) << "\n"
            << "  output  " << (job.output.empty() ? "none yet" : shortened(job.output)) << "\n";
}

int answer(const JobsOptions& options, imagegen::JobStore& jobs, const imagegen::Result<Job>& job) {
  if (!job) return complain(job.error());
  const auto declined = waits_since(jobs, *job);
  if (options.json)
    std::cout << js::serialize(to_json(*job, declined)) << "\n";
  else
    print_whole(*job, declined);
  return kOk;
}

int show(JobsOptions& options, imagegen::JobStore& jobs) {
  const auto found = jobs.find(options.id);
  if (!found) return complain(found.error());
  if (!*found) return complain({imagegen::Errc::not_found, "job " + options.id + ": there is none"});
  return answer(options, jobs, **found);
}

imagegen::Timestamp now() {
  return imagegen::to_timestamp(std::chrono::system_clock::now());
}

using Action = int (*)(JobsOptions&, imagegen::JobStore&);

int run(JobsOptions& options, Action action) {
  const auto runtime = open_to_read(options.settings);
  if (!runtime) return kBadInput;
  const auto state = runtime->state();
  if (!state) return complain(state.error());
  return action(options, *(*state)->jobs);
}

CLI::App* add(CLI::App& jobs, const std::string& name, const std::string& what,
              const std::shared_ptr<JobsOptions>& options, int& exit_code, Action action) {
  auto* command = jobs.add_subcommand(name, what);
  if (name != "list") command->add_option("JOB", options->id, "The job's id")->required();
  command->add_flag("--json", options->json, "Print JSON on stdout and nothing else");
  add_settings(*command, options->settings);
  command->footer(kExitCodeHelp);
  command->callback([options, &exit_code, action] { exit_code = run(*options, action); });
  return command;
}

}  // namespace

void add_jobs_command(CLI::App& app, int& exit_code) {
  auto* jobs = app.add_subcommand("jobs", "Look at jobs, and retry or cancel them");
  jobs->require_subcommand(1);
  auto options = std::make_shared<JobsOptions>();
  auto* listing = add(*jobs, "list", "The newest first", options, exit_code, list);
  listing->add_option("--limit", options->query.limit, "How many, 1 to 1000 (default 50)");
  listing->add_option("--after", options->query.after, "Go on where an earlier page ended");
  listing->add_option("--with-state", options->state, "Only jobs in this state");
  listing->add_option("--owner", options->owner, "Only jobs of this user");
  add(*jobs, "show", "One job, whole", options, exit_code, show);
  add(*jobs, "retry", "Queue a job again that failed; what was paid for is kept", options, exit_code,
      [](JobsOptions& asked, imagegen::JobStore& store) { return answer(asked, store, store.retry(asked.id, now())); });
  add(*jobs, "cancel", "Cancel a queued job, or ask the worker of a running one to stop", options, exit_code,
      [](JobsOptions& asked, imagegen::JobStore& store) { return answer(asked, store, store.cancel(asked.id, now())); });
}

}  // namespace cli
