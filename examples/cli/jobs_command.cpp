#include <CLI/CLI.hpp>

#include <imagegen/core/utf8.hpp>

#include <boost/json/serialize.hpp>

#include <iostream>
#include <memory>

#include "call.hpp"
#include "commands.hpp"

namespace cli {
namespace {

namespace js = boost::json;

const Flag kList[] = {{"--job-state", "state"}};
const Flag kOne[] = {{"JOB", "id"}};

void print_line(const js::object& job) {
  std::cout << text_of(job, "id") << "  " << text_of(job, "state") << "  " << text_of(job, "kind") << "  "
            << text_of(job, "created");
  const auto declined = text_of(job, "declinedSince"), error = text_of(job, "error");
  if (!declined.empty()) std::cout << "  since " << declined << " no worker could do it:";
  if (!error.empty()) std::cout << "  " << error;
  std::cout << "\n";
}

void print_page(const js::object& page) {
  for (const auto& job : list_of(page, "jobs")) print_line(job);
  if (const auto next = text_of(page, "next"); !next.empty()) std::cout << "more: --after " << next << "\n";
}

// For a terminal; a pack may have megabytes.
std::string shortened(const js::value& document) {
  constexpr std::size_t kMost = 600;  // bytes
  const auto text = js::serialize(document);
  if (text.size() <= kMost) return imagegen::shown(text);
  return imagegen::shown(imagegen::cut_utf8(text, kMost)) + "... (" + std::to_string(text.size()) +
         " bytes; --json shows all)";
}

void print_job(const js::object& result) {
  const auto& job = result.at("job").as_object();
  print_line(job);
  const auto* asked = is(job, "cancelRequested") ? ", asked to stop" : "";
  std::cout << "  attempt " << number_of(job, "attempt") << asked << "\n"
            << "  input   " << shortened(job.at("input")) << "\n"
            << "  output  " << (job.at("output").is_null() ? "none yet" : shortened(job.at("output"))) << "\n";
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

}  // namespace

void add_jobs_command(CLI::App& app, int& exit_code) {
  auto* jobs = app.add_subcommand("jobs", "Look at jobs, and retry or cancel them");
  jobs->require_subcommand(1);
  JobsCommand list{{}, "jobs.list", kList, print_page};
  list.request["declinedSince"] = true;
  add(*jobs, "list", "The newest first", std::move(list), exit_code);
  add(*jobs, "show", "One job, whole", {{}, "jobs.get", kOne, print_job}, exit_code);
  add(*jobs, "retry", "Queue a job again that failed; what was paid for is kept", {{}, "jobs.retry", kOne, print_job},
      exit_code);
  add(*jobs, "cancel", "Cancel a queued job, or ask the worker of a running one to stop",
      {{}, "jobs.cancel", kOne, print_job}, exit_code);
}

}  // namespace cli
