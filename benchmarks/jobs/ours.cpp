// Measures one state database: jobs_ours STATE JOBS. Prints one JSON object.
#include <imagegen/job/worker.hpp>
#include <imagegen/state/state.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <thread>
#include <vector>

namespace {

using namespace imagegen;
using Clock = std::chrono::steady_clock;
namespace js = boost::json;

const std::string kInput(600, ' ');  // as large as a prompt job

Timestamp now() {
  return to_timestamp(std::chrono::system_clock::now());
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

NewJob job(const std::string& kind, const std::string& owner = {}) {
  return {new_job_id("job_", now()), kind, owner, kInput, 0};
}

// \return A second.
double add(JobStore& jobs, const std::string& kind, int count, int owners = 0, int threads = 1) {
  std::atomic<int> next{0};
  const auto begin = Clock::now();
  {
    std::vector<std::jthread> all;
    for (int t = 0; t < threads; ++t) {
      all.emplace_back([&] {
        for (int i = next++; i < count; i = next++)
          jobs.add(job(kind, owners > 0 ? "user-" + std::to_string(i % owners) : ""), now()).value();
      });
    }
  }
  return count / seconds_since(begin);
}

// Claims alone, by several threads, so many at a time; with a limit per owner that is never reached. \return A second.
double claims(JobStore& jobs, const std::string& kind, int count, int threads, int batch, int owners = 0) {
  add(jobs, kind, count, owners);
  std::atomic<int> claimed{0};
  const auto begin = Clock::now();
  {
    std::vector<std::jthread> all;
    for (int t = 0; t < threads; ++t) {
      all.emplace_back([&, t] {
        JobClaimRequest request;
        request.worker = kind + std::to_string(t), request.kinds = {kind}, request.max_jobs = batch;
        request.lease = std::chrono::hours(1);  // none is lost, however slow
        if (owners > 0) request.max_running_per_owner = count;
        for (;;) {
          const auto got = jobs.claim(request, now()).value().size();
          if (got == 0) return;
          claimed += static_cast<int>(got);
        }
      });
    }
  }
  if (claimed != count) throw std::runtime_error("claimed " + std::to_string(claimed.load()));
  return count / seconds_since(begin);
}

// A worker as programs run it. \return Jobs a second that are claimed, done by a handler that does nothing, and ended.
double whole_jobs(JobStore& jobs, ThreadPool& pool, int count) {
  add(jobs, "nothing", count);
  boost::asio::io_context io(1);
  WorkerOptions options;
  options.concurrency = 32, options.until_idle = true;
  Worker worker(jobs, pool, system_clock(), {{"nothing", [](JobRun&) -> Task<JobResult> { co_return JobResult{}; }}},
                options);
  const auto begin = Clock::now();
  boost::asio::co_spawn(io, worker.run({}),
                        [](const std::exception_ptr&, const Result<void>& result) { result.value(); });
  io.run();
  return count / seconds_since(begin);
}

// From add() being called to the handler beginning, one job after the other. \return In ms, sorted.
std::vector<double> latencies(JobStore& jobs, ThreadPool& pool, int count) {
  std::atomic<Clock::time_point> begun{Clock::time_point{}};
  std::stop_source stop;
  boost::asio::io_context io(1);
  Worker worker(jobs, pool, system_clock(),
                {{"late",
                  [&](JobRun&) -> Task<JobResult> {
                    begun = Clock::now();
                    begun.notify_one();
                    co_return JobResult{};
                  }}},
                {});
  boost::asio::co_spawn(io, worker.run({stop.get_token(), {}}),
                        [](const std::exception_ptr&, const Result<void>& result) { result.value(); });
  std::jthread runner([&] { io.run(); });
  std::vector<double> times;
  for (int i = 0; i < count; ++i) {
    begun = Clock::time_point{};
    const auto begin = Clock::now();
    const auto id = jobs.add(job("late"), now()).value().id;
    begun.wait(Clock::time_point{});
    times.push_back(std::chrono::duration<double, std::milli>(begun.load() - begin).count());
    // The job before has to be ended, else its end is measured as well.
    while (!has_ended(jobs.find(id).value()->state)) std::this_thread::yield();
  }
  stop.request_stop();
  std::sort(times.begin(), times.end());
  return times;
}

int run(const std::string& url, int count, const std::string& ledger) {
  ThreadPool pool(4);
  StateOptions options;
  options.url = Secret(url), options.ledger_url = Secret(ledger);
  const auto state = open_state(options, pool).value();
  JobStore& jobs = *state.jobs;
  js::object found{{"jobs", count}};
  found["claimsOneAtATime"] = claims(jobs, "one", count, 4, 1);
  found["claimsTenAtATime"] = claims(jobs, "ten", count, 4, 10);
  found["claimsOneAtATimeOfOwners"] = claims(jobs, "one-owned", count, 4, 1, 100);
  found["claimsTenAtATimeOfOwners"] = claims(jobs, "ten-owned", count, 4, 10, 100);
  found["adds"] = add(jobs, "added", count, 0, 4);
  found["wholeJobs"] = whole_jobs(jobs, pool, count);
  const auto times = latencies(jobs, pool, 500);
  found["startMedianMs"] = times[times.size() / 2];
  found["startP99Ms"] = times[times.size() * 99 / 100];
  std::cout << js::serialize(found) << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3 && argc != 4) throw std::runtime_error("usage: jobs_ours STATE JOBS [LEDGER]");
  return run(argv[1], std::stoi(argv[2]), argc == 4 ? argv[3] : "");
} catch (const std::exception& error) {
  std::cerr << "jobs_ours: " << error.what() << "\n";
  return 1;
}
