// Thousands of prompt jobs under way at one moment, done by one worker with one I/O thread: how much memory they take,
// and how evenly they poll. All is real (database, ledger, permits, files, HTTP over loopback); the provider is a child
// process. Prints one JSON object.
//   jobs_in_flight [--jobs 10000] [--seconds 60] [--side 256] [--state URL] [--hurried]
//     --seconds  what a task takes, from the moment when all are under way
//     --side     of the pictures, px: noise, about 3 bytes a pixel
//     --hurried  polls at least once a second instead of every ten, for short runs
#include <imagegen/provider/retry_provider.hpp>
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/state/state.hpp>
#include <imagegen/storage/stores.hpp>
#include <imagegen/workflow/prompts.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <string>

#include "support/tasks/task_provider.hpp"
#include "jobs/measured_stores.hpp"
#include "jobs/process_memory.hpp"
#include "jobs/task_process.hpp"

namespace {

using namespace imagegen;
using std::chrono::milliseconds;
namespace js = boost::json;

struct Settings {
  int jobs = 10'000;
  double seconds = 60;
  int side = 256;
  std::string state;
  bool hurried = false;
};

constexpr auto kPrices =
    R"({"models":[{"provider":"tasks","model":"task-1","date":"2026-11-01","source":"made up","per_image":0.04}]})";

struct Folder {
  Folder() {
    auto name = (std::filesystem::temp_directory_path() / "imagegen-flight-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

State open(const Settings& settings, const Folder& folder, ThreadPool& pool) {
  StateOptions options;
  options.url = Secret(settings.state.empty() ? "sqlite:" + (folder.path / "state.db").string() : settings.state);
  return open_state(options, pool).value();
}

// What happens in the jobs, all on the I/O thread. Memory is looked at when the first picture comes.
struct Watcher {
  int jobs;
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
  int under_way = 0;
  double all_under_way_seconds = 0;
  long waiting_kb = 0, waiting_heap = 0;

  void step(std::string_view name) {
    if (name == "remembered" && ++under_way == jobs) all_under_way_seconds = seconds_since(begin);
    if (name == "resumed" && waiting_kb == 0) look();
  }
  void look() {
    waiting_kb = bench::process_status("VmRSS"), waiting_heap = bench::heap_in_use();
  }
};

HttpClientOptions with_loopback() {
  HttpClientOptions options;
  options.allowed_hosts = {"127.0.0.1"};
  return options;
}

class Flight {
 public:
  explicit Flight(const Settings& settings) : settings_(settings) {}

  js::object run() {
    queue();
    const long before_kb = bench::process_status("VmRSS"), before_heap = bench::heap_in_use();
    Watcher watcher{settings_.jobs};
    work(watcher);
    server_.finish();
    js::object found{{"jobs", settings_.jobs}, {"secondsInAll", seconds_since(watcher.begin)}};
    found["secondsToAllUnderWay"] = watcher.all_under_way_seconds;
    found["bytesForEachWaiting"] = (watcher.waiting_kb - before_kb) * 1024 / settings_.jobs;
    found["heapForEachWaiting"] = (watcher.waiting_heap - before_heap) / settings_.jobs;
    found["peakMiB"] = static_cast<double>(bench::process_status("VmHWM")) / 1024;
    found["threads"] = threads_;
    found["heartbeats"] = jobs_.renewals.count();
    found["longestHeartbeatMs"] = jobs_.renewals.longest_ms();
    found["longestPermitHeartbeatMs"] = permits_.renewals.longest_ms();
    found["longestClaimMs"] = jobs_.claims.longest_ms();
    found["longestPermitMs"] = permits_.acquisitions.longest_ms();
    add_jobs(found);
    add_purchases(found);
    for (auto& [name, value] : report_) found[name] = std::move(value);
    return found;
  }

 private:
  void queue() {
    const std::string prompt =
        "A red boat on a calm lake at dawn, mountains behind it, wide shot. " + std::string(430, 'x');
    for (int i = 0; i < settings_.jobs; ++i) {
      const auto now = to_timestamp(std::chrono::system_clock::now());
      NewJob job{new_job_id("imgjob_", now), std::string(kPromptJobKind), "user-" + std::to_string(i % 100), {}, 0};
      job.input = prompt_job_input({"hero image", "a red boat", prompt + std::to_string(i), 1});
      jobs_.add(job, now).value();
    }
  }

  PollPaceOptions pace() const {
    PollPaceOptions pace;
    if (settings_.hurried)
      pace.first = milliseconds(200), pace.longest = milliseconds(1000), pace.reserve = milliseconds(100);
    return pace;
  }
  test::TaskServerOptions server_options() const {
    test::TaskServerOptions options;
    options.together = settings_.jobs, options.side_px = settings_.side;
    options.work = milliseconds(static_cast<std::int64_t>(settings_.seconds * 1000));
    return options;
  }
  WorkerOptions worker_options() {
    WorkerOptions options;
    options.name = name_, options.permits = &permits_, options.until_idle = true;
    options.concurrency = static_cast<std::size_t>(settings_.jobs);
    return options;
  }

  void work(Watcher& watcher) {
    const auto provider = with_retry(
        std::make_unique<test::TaskProvider>(*http_, system_clock(), server_.url(), true, pace()), {}, system_clock());
    const auto store = make_filesystem_store(folder_.path / "store", pool_, {}).value();
    const auto prices = PriceTable::parse(kPrices).value();
    PermitLimits limits;
    limits.each_provider = limits.user = {settings_.jobs, 0};
    PermitGate gate(permits_, pool_, system_clock(), name_, limits);
    const ProviderSet providers(*provider);
    PromptServices services{{providers, *store, *state_.ledger, pool_, system_clock(), prices}, make_local_enhancer()};
    services.jobs = &jobs_;
    services.on_step = [&](std::string_view name) { watcher.step(name); };
    services.permits = &gate, services.assets = state_.assets.get();
    PromptOptions prompts;
    prompts.size = {settings_.side, settings_.side};
    Worker worker(jobs_, pool_, system_clock(), {{std::string(kPromptJobKind), prompt_job_handler(services, prompts)}},
                  worker_options());
    auto working = [&]() -> Task<void> {
      const auto worked = co_await worker.run({});
      worked.value();
      threads_ = bench::process_status("Threads");
      co_await ask_server();
    };
    std::exception_ptr thrown;
    boost::asio::co_spawn(io_, working(), [&](const std::exception_ptr& error) { thrown = error; });
    io_.run();
    if (thrown) std::rethrow_exception(thrown);
  }

  Task<void> ask_server() {
    HttpRequest get;
    get.url = parse_url(server_.url() + "/report").value();
    const auto response = co_await http_->send(std::move(get), Deadline::never());
    report_ = js::parse(as_text(response.value().body)).as_object();
  }

  void add_jobs(js::object& found) {
    int succeeded = 0, claimed_again = 0;
    std::string error;
    JobQuery query;
    query.limit = 1000;
    do {
      const auto page = state_.jobs->list(query).value();
      for (const Job& job : page.jobs) {
        succeeded += job.state == JobState::succeeded ? 1 : 0;
        claimed_again += job.attempt > 1 ? 1 : 0;
        if (error.empty()) error = job.error;
      }
      query.after = page.next;
    } while (!query.after.empty());
    found["succeeded"] = succeeded, found["claimedAgain"] = claimed_again, found["error"] = error;
  }

  void add_purchases(js::object& found) {
    int settled = 0, others = 0;
    LedgerQuery query;
    query.limit = 10'000;
    do {
      const auto page = state_.ledger->list(query).value();
      for (const Purchase& purchase : page.purchases) ++(purchase.state == PurchaseState::settled ? settled : others);
      query.after = page.next;
    } while (!query.after.empty());
    found["purchases"] = settled, found["purchasesNotSettled"] = others;
    found["ledgerUsd"] = to_string(state_.ledger->used("total").value().used);
  }

  Settings settings_;
  Folder folder_;
  bench::TaskProcess server_{server_options()};  // before there are threads
  boost::asio::io_context io_{1};
  ThreadPool pool_{2};
  State state_ = open(settings_, folder_, pool_);
  bench::MeasuredJobStore jobs_{*state_.jobs};
  bench::MeasuredPermitStore permits_{*state_.permits};
  std::unique_ptr<HttpClient> http_ = make_http_client(with_loopback()).value();
  std::string name_ = worker_name();
  long threads_ = 0;
  js::object report_;
};

Settings read(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--hurried") {
      settings.hurried = true;
      continue;
    }
    if (i + 1 == argc) throw std::runtime_error(name + ": expected a value");
    const std::string value = argv[++i];
    if (name == "--jobs")
      settings.jobs = std::stoi(value);
    else if (name == "--seconds")
      settings.seconds = std::stod(value);
    else if (name == "--side")
      settings.side = std::stoi(value);
    else if (name == "--state")
      settings.state = value;
    else
      throw std::runtime_error("expected --jobs, --seconds, --side, --state or --hurried, got " + name);
  }
  return settings;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc > 1 && std::string(argv[1]) == "--serve") return bench::TaskProcess::serve(argc - 2, argv + 2);
  std::cout << js::serialize(Flight(read(argc, argv)).run()) << "\n";
  return 0;
} catch (const std::exception& error) {
  std::cerr << "jobs_in_flight: " << error.what() << "\n";
  return 1;
}
