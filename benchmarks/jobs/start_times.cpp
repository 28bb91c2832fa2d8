// From add() being called to the handler beginning, in one process, at a steady pace, with a worker that is idle
// meanwhile: jobs_start STATE JOBS JOBS_A_SECOND. Prints one JSON object.
#include <imagegen/job/worker.hpp>
#include <imagegen/state/state.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <iostream>
#include <thread>
#include <vector>

namespace {

using namespace imagegen;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kKind = "at-once";

NewJob job(int number) {
  const auto now = to_timestamp(std::chrono::system_clock::now());
  auto input = std::to_string(number);
  input.resize(600, ' ');  // as large as a prompt job
  return {new_job_id("job_", now), std::string(kKind), {}, std::move(input), 0};
}

class Starts {
 public:
  explicit Starts(int count) : added_(static_cast<std::size_t>(count)), begun_(added_.size()) {}

  void add_all(JobStore& jobs, int per_second) {
    const auto begin = Clock::now();
    for (std::size_t i = 0; i < added_.size(); ++i) {
      std::this_thread::sleep_until(begin + i * std::chrono::nanoseconds(1'000'000'000 / per_second));
      auto next = job(static_cast<int>(i));
      added_[i] = Clock::now();
      jobs.add(next, to_timestamp(std::chrono::system_clock::now())).value();
    }
  }
  JobHandler handler() {
    return [this](JobRun& run) -> Task<JobResult> {
      begun_.at(std::stoul(run.job().input)) = Clock::now();
      ++count_;
      co_return JobResult{};
    };
  }
  // \return ms, sorted. Only once the worker has ended.
  std::vector<double> times() const {
    if (count_ != begun_.size()) throw std::runtime_error(std::to_string(count_) + " have begun");
    std::vector<double> times;
    for (std::size_t i = 0; i < begun_.size(); ++i)
      times.push_back(std::chrono::duration<double, std::milli>(begun_[i] - added_[i]).count());
    std::sort(times.begin(), times.end());
    return times;
  }

 private:
  std::vector<Clock::time_point> added_, begun_;
  std::size_t count_ = 0;  // on the worker's thread
};

void wait_until_begun(JobStore& jobs) {
  while (jobs.next_due({std::string(kKind)}).value()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

int run(const std::string& url, int count, int per_second) {
  boost::asio::io_context io(1);
  ThreadPool pool(4);
  StateOptions options;
  options.url = Secret(url);
  const auto state = open_state(options, pool).value();
  Starts starts(count);
  Worker worker(*state.jobs, pool, system_clock(), {{std::string(kKind), starts.handler()}}, {});
  std::stop_source drain;
  boost::asio::co_spawn(io, worker.run({drain.get_token(), {}}),
                        [](const std::exception_ptr&, const Result<void>& result) { result.value(); });
  {
    const std::jthread runner([&] { io.run(); });
    starts.add_all(*state.jobs, per_second);
    wait_until_begun(*state.jobs);
    drain.request_stop();
  }
  const auto times = starts.times();
  boost::json::object found{{"starts", count}, {"startsASecond", per_second}};
  found["startMedianMs"] = times[times.size() / 2];
  found["startP99Ms"] = times[times.size() * 99 / 100];
  found["startLongestMs"] = times.back();
  std::cout << boost::json::serialize(found) << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4) throw std::runtime_error("usage: jobs_start STATE JOBS JOBS_A_SECOND");
  return run(argv[1], std::stoi(argv[2]), std::stoi(argv[3]));
} catch (const std::exception& error) {
  std::cerr << "jobs_start: " << error.what() << "\n";
  return 1;
}
