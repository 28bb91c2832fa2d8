#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <optional>

#include "call.hpp"
#include "columns.hpp"
#include "commands.hpp"
#include "document_report.hpp"
#include "job_watch.hpp"

namespace cli {
namespace {

namespace js = boost::json;

const Flag kList[] = {{"--job-state", "state"}};
const Flag kOne[] = {{"JOB", "id"}};

// What is wrong with it, and since when.
std::string trouble_of(const js::object& job) {
  const auto declined = text_of(job, "declinedSince"), error = text_of(job, "error");
  return declined.empty() ? error : "since " + moment_of(declined) + " no worker could do it: " + error;
}

void print_page(const js::object& page) {
  std::vector<Row> rows;
  for (const auto& job : list_of(page, "jobs"))
    rows.push_back({text_of(job, "id"), text_of(job, "state"), text_of(job, "kind"), moment_of(text_of(job, "created")),
                    trouble_of(job)});
  print_table(rows, 2);
  if (const auto next = text_of(page, "next"); !next.empty()) std::cout << "more: --after " << next << "\n";
}

void print_job(const js::object& result) {
  const auto& job = result.at("job").as_object();
  std::cout << text_of(job, "id") << "  " << text_of(job, "state")
            << (is(job, "cancelRequested") ? ", asked to stop" : "") << "\n";
  std::vector<NamedValue> values{{"kind", text_of(job, "kind")},
                                 {"error", trouble_of(job)},
                                 {"user", text_of(job, "owner")},
                                 {"created", moment_of(text_of(job, "created"))},
                                 {"updated", moment_of(text_of(job, "updated"))},
                                 {"attempt", std::to_string(number_of(job, "attempt"))},
                                 {"worker", text_of(job, "worker")}};
  for (const auto* name : {"input", "output"}) {
    const auto members = members_of(name, job.at(name));
    values.insert(values.end(), members.begin(), members.end());
  }
  if (job.at("output").is_null()) values.emplace_back("output", "none yet");
  print_named(values);
}

struct JobsCommand : Command {
  std::string_view operation;
  std::span<const Flag> own;
  void (*print)(const js::object&) = nullptr;
};

int run(const JobsCommand& command) {
  const auto engine = open_to_read(command.settings);
  if (!engine) return kBadInput;
  return show(call(*engine, command.operation, command.request), command.json, command.flags, command.print);
}

void add(CLI::App& jobs, const std::string& name, const std::string& what, JobsCommand how, int& exit_code) {
  auto command = std::make_shared<JobsCommand>(std::move(how));
  auto* added = jobs.add_subcommand(name, what);
  add_options(*added, *command, described_flags(command->operation, command->own, {"declinedSince"}));
  added->callback([command, &exit_code] { exit_code = run(*command); });
}

void add_watch(CLI::App& jobs, int& exit_code) {
  auto command = std::make_shared<Command>();
  auto job = std::make_shared<std::string>();
  auto all = std::make_shared<bool>(false);
  auto* added = jobs.add_subcommand("watch", "Tell what happens to a job, or to all, until they have ended");
  auto* one = added->add_option("JOB", *job, "Its id");
  added->add_flag("--all", *all, "All that are queued or running")->excludes(one);
  add_options(*added, *command, {}, "Print a line of JSON on stdout for each thing that happens, and nothing else");
  added->callback([command, job, all, &exit_code] {
    if (job->empty() && !*all) throw CLI::ValidationError("JOB", "expected the id of a job, or --all");
    exit_code = watch_jobs(*command, *all ? std::nullopt : std::optional(*job));
  });
}

}  // namespace

void add_jobs_command(CLI::App& app, int& exit_code) {
  auto* jobs = app.add_subcommand("jobs", "Look at jobs, follow, retry or cancel them");
  jobs->require_subcommand(1);
  JobsCommand list{{}, "jobs.list", kList, print_page};
  list.request["declinedSince"] = true;
  add(*jobs, "list", "The newest first", std::move(list), exit_code);
  add(*jobs, "show", "One job, whole", {{}, "jobs.get", kOne, print_job}, exit_code);
  add_watch(*jobs, exit_code);
  add(*jobs, "retry", "Queue a job again that failed; what was paid for is kept", {{}, "jobs.retry", kOne, print_job},
      exit_code);
  add(*jobs, "cancel", "Cancel a queued job, or ask the worker of a running one to stop",
      {{}, "jobs.cancel", kOne, print_job}, exit_code);
}

}  // namespace cli
