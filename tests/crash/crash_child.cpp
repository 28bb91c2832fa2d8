// A worker that kills itself at a step: crash_child STATE STORE PROVIDER chosen|given KILL_AT
//   KILL_AT  the how many-th step is the last; 0: none
//   In the environment:
//   - IMAGEGEN_CRASH_STOP: at the step of this name it stops (SIGSTOP), once, until somebody lets it go on
//   - IMAGEGEN_CRASH_LEASE_MS: of its jobs; default 3000
//   - IMAGEGEN_CRASH_ROUTE: names of providers, all at the same address; default "tasks"
// Prints the name of that step. Ends with 0 when nothing is left to do.
#include <imagegen/image/encode.hpp>
#include <imagegen/provider/retry_provider.hpp>
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/state/state.hpp>
#include <imagegen/storage/stores.hpp>
#include <imagegen/workflow/heroes/hero_job.hpp>
#include <imagegen/workflow/prompts.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#include "crash/state_of.hpp"
#include "crash/stepped_job_store.hpp"
#include "support/tasks/task_provider.hpp"

namespace {

using namespace imagegen;
using std::chrono::milliseconds;

std::string from_environment(const char* name, const char* otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return text != nullptr ? text : otherwise;
}

// Counts steps of all threads; the last one does not return.
class Killer {
 public:
  explicit Killer(int kill_at) : left_(kill_at) {}

  void step(std::string_view name) {
    if (stop_at_ == name && !has_stopped_.exchange(true)) raise(SIGSTOP);
    if (left_.fetch_sub(1) != 1) return;
    const std::string line = std::string(name) + "\n";
    if (write(STDOUT_FILENO, line.data(), line.size()) < 0) return;
    kill(getpid(), SIGKILL);
    for (;;) pause();
  }

 private:
  std::atomic<int> left_;
  const std::string stop_at_ = from_environment("IMAGEGEN_CRASH_STOP", "");
  std::atomic<bool> has_stopped_{false};
};

WorkerOptions worker_options() {
  WorkerOptions options;
  options.concurrency = 3;
  options.lease = milliseconds(std::stoi(from_environment("IMAGEGEN_CRASH_LEASE_MS", "3000")));
  options.heartbeat = options.lease / 6, options.poll = milliseconds(50);
  options.base_delay = milliseconds(1), options.max_delay = milliseconds(20);
  options.most_crashes = 1'000'000, options.most_tries = 1'000'000;  // the crashes here are not the job's fault
  options.until_idle = true;
  return options;
}

int run(const std::string& state_url, const std::string& folder, const std::string& provider_url, bool chosen,
        int kill_at) {
  Killer killer(kill_at);
  const StepHook step = [&killer](std::string_view name) { killer.step(name); };
  boost::asio::io_context io(1);
  ThreadPool pool(2);
  const auto state = open_state(test::state_of(state_url), pool);
  if (!state) return std::cerr << state.error().message << "\n", 1;
  HttpClientOptions with_loopback;
  with_loopback.allowed_hosts = {"127.0.0.1"};
  const auto http = make_http_client(with_loopback).value();
  RetryPolicy retry;
  retry.base_delay = milliseconds(1), retry.max_delay = milliseconds(5);
  ProviderSet providers;
  PromptOptions prompts;
  std::istringstream names(from_environment("IMAGEGEN_CRASH_ROUTE", "tasks"));
  for (std::string name; names >> name;) {
    prompts.route.push_back({name});
    auto provider = std::make_unique<test::TaskProvider>(*http, system_clock(), provider_url, chosen, test::quick_pace(), name);
    providers.add(with_retry(std::move(provider), retry, system_clock())).value();
  }
  const auto store = make_filesystem_store(folder, pool, {});
  if (!store) return std::cerr << store.error().message << "\n", 1;
  const std::shared_ptr<PromptEnhancer> enhancer = make_local_enhancer();
  const auto prices =
      PriceTable::parse(
          R"({"models":[{"provider":"tasks","model":"task-1","date":"2026-11-01","source":"a test","per_image":0.04}]})")
          .value();
  test::SteppedJobStore jobs(*state->jobs, step);
  PromptServices services{{providers, **store, *state->ledger, pool, system_clock(), prices, step}, enhancer};
  services.jobs = &jobs;
  services.assets = state->assets.get();
  prompts.size = {48, 32};
  const auto events = make_json_lines_event_sink(folder + ".events").value();
  HeroServices heroes{{providers, **store, *state->ledger, pool, system_clock(), prices, step}, *events};
  heroes.assets = state->assets.get();
  auto options_of_worker = worker_options();
  options_of_worker.announce = [&](const Announcement& announcement) -> Result<void> {
    const auto delivered = events->deliver(parse_event(announcement.text).value());
    step("announced");
    return delivered;
  };
  std::map<std::string, JobHandler> handlers;
  handlers.emplace(kPromptJobKind, prompt_job_handler(services, prompts));
  handlers.emplace(kHeroJobKind, hero_job_handler(heroes, {}));
  Worker worker(jobs, pool, system_clock(), std::move(handlers), options_of_worker);
  bool worked = false;
  boost::asio::co_spawn(io, worker.run({}), [&](const std::exception_ptr& thrown, const Result<void>& result) {
    worked = !thrown && result;
  });
  io.run();
  return worked ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return std::cerr << "usage: crash_child STATE STORE PROVIDER chosen|given KILL_AT\n", 2;
  return run(argv[1], argv[2], argv[3], std::string(argv[4]) == "chosen", std::stoi(argv[5]));
}
