// Measures pages of a long list: jobs_list STATE one | jobs_list STATE JOBS
//   one   adds the job that fill-sqlite.py and fill-postgres.sql multiply
//   JOBS  so many there must be; prints one JSON object
#include <imagegen/state/state.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace imagegen;
using Clock = std::chrono::steady_clock;
namespace js = boost::json;

constexpr int kPage = 50, kTimes = 200;

void check(const JobPage& page, const JobQuery& query) {
  if (page.jobs.size() != kPage) throw std::runtime_error("a page has " + std::to_string(page.jobs.size()) + " jobs");
  const auto older = [](const Job& a, const Job& b) { return a.created > b.created; };
  if (!std::is_sorted(page.jobs.begin(), page.jobs.end(), older)) throw std::runtime_error("expected newest first");
  for (const Job& job : page.jobs) {
    const bool fits = (!query.owner || job.owner == *query.owner) && (!query.state || job.state == *query.state);
    if (!fits) throw std::runtime_error("job " + job.id + " was not asked for");
  }
}

// \return Of the first call, and of later ones: median and 99th percentile, ms.
js::object measure(JobStore& jobs, const JobQuery& query) {
  std::vector<double> times;
  for (int i = 0; i < kTimes; ++i) {
    const auto begin = Clock::now();
    const auto page = jobs.list(query).value();
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
    check(page, query);
  }
  js::object found{{"firstMs", times[0]}};
  std::sort(times.begin(), times.end());
  found["medianMs"] = times[kTimes / 2], found["p99Ms"] = times[kTimes * 99 / 100];
  return found;
}

// Through pages of a thousand, which counts them too.
void expect(JobStore& jobs, std::size_t count) {
  std::size_t seen = 0;
  JobQuery query;
  query.limit = 1000;
  do {
    const auto page = jobs.list(query).value();
    seen += page.jobs.size();
    query.after = page.next;
  } while (!query.after.empty());
  if (seen != count) throw std::runtime_error("there are " + std::to_string(seen) + " jobs");
}

int run(const std::string& url, const std::string& what) {
  ThreadPool pool(1);
  StateOptions options;
  options.url = Secret(url);
  const auto state = open_state(options, pool).value();
  if (what == "one") {
    state.jobs->add({"job", "prompt", "user-0", std::string(600, ' '), 0}, Timestamp{std::chrono::hours(500'000)})
        .value();
    return 0;
  }
  JobQuery query;
  query.limit = kPage;
  js::object found{{"jobs", std::stoi(what)}};
  found["all"] = measure(*state.jobs, query);
  query.owner = "user-7";
  found["ofAnOwner"] = measure(*state.jobs, query);
  query.state = JobState::failed;
  found["failedOfAnOwner"] = measure(*state.jobs, query);
  query.owner.reset();
  found["failed"] = measure(*state.jobs, query);
  expect(*state.jobs, std::stoul(what));
  std::cout << js::serialize(found) << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) throw std::runtime_error("usage: jobs_list STATE one|JOBS");
  return run(argv[1], argv[2]);
} catch (const std::exception& error) {
  std::cerr << "jobs_list: " << error.what() << "\n";
  return 1;
}
