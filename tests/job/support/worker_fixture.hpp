#pragma once
#include <imagegen/maker/core/shield.hpp>
#include <imagegen/job/worker.hpp>
#include <imagegen/testing/manual_clock.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "job/support/flaky_job_store.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {

/// A worker on an io_context of the test; time stands still until the test moves it.
class WorkerTest : public testing::Test {
 protected:
  ~WorkerTest() override {
    stop_.request_stop();
    if (started_) until([&] { return ended_; });
  }

  void add(const std::string& id, const std::string& owner = {}) {
    ASSERT_THAT(store_.add({id, "prompt", owner, "{}", 0}, now()), IsOk());
  }
  Job job(const std::string& id) { return store_.find(id).value().value(); }
  std::vector<std::string> events(const std::string& id) {
    std::vector<std::string> names;
    for (const auto& event : store_.events(id).value()) names.push_back(event.name);
    return names;
  }
  Timestamp now() const { return to_timestamp(clock_.wall_now()); }

  void start(JobHandler handler, WorkerOptions options = {}) {
    options.name = "w";
    worker_ = std::make_unique<Worker>(store_, pool_, clock_, std::map<std::string, JobHandler>{{"prompt", handler}},
                                       options);
    started_ = true;
    boost::asio::co_spawn(io_, worker_->run({drain_.get_token(), stop_.get_token()}),
                          [&](const std::exception_ptr& thrown, Result<void> result) {
                            ended_ = true;
                            thrown_ = thrown != nullptr;
                            result_ = result;
                          });
  }

  Job claim_elsewhere(const std::string& id, std::chrono::milliseconds lease) {
    JobClaimRequest other;
    other.worker = "other", other.kinds = {"prompt"}, other.only = {id}, other.lease = lease;
    return store_.claim(other, now()).value().at(0);
  }

  // Runs the worker until `ripe`, at most 20 s of real time.
  void until(const std::function<bool()>& ripe) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!ripe()) {
      ASSERT_LT(std::chrono::steady_clock::now(), limit) << "waited in vain";
      io_.restart();
      io_.run_for(std::chrono::milliseconds(1));
    }
  }
  void until_state(const std::string& id, JobState state) {
    until([&] { return job(id).state == state; });
  }
  // Moves time in small steps until `ripe`, and only while the worker waits: a busy machine is no reason to lose a
  // lease.
  void pass_until(const std::function<bool()>& ripe, std::chrono::milliseconds step = std::chrono::milliseconds(500)) {
    until([&] {
      if (ripe()) return true;
      if (clock_.sleepers() >= waiting_) clock_.advance(step);
      return false;
    });
  }
  void pass(std::chrono::milliseconds time) {
    const auto end = clock_.now() + time;
    pass_until([&] { return clock_.now() >= end && clock_.sleepers() >= waiting_; });
  }
  void drain() {
    drain_.request_stop();
    until([&] { return ended_; });
  }

  // A handler that waits until it is cancelled or open_ is set.
  JobHandler waiting() {
    return [this](JobRun& run) -> Task<JobResult> {
      begun_.push_back(run.job().id);
      for (;;) {
        const bool cancelled = co_await is_cancelled();
        if (cancelled || open_) {
          if (cancelled) interrupted_.push_back(run.job().id);
          JobResult result;
          result.state = cancelled ? JobState::cancelled : JobState::succeeded;
          co_return result;
        }
        co_await boost::asio::post(boost::asio::use_awaitable);
      }
    };
  }
  static JobHandler giving(JobResult result) {
    return [result](JobRun&) -> Task<JobResult> { co_return result; };
  }

  boost::asio::io_context io_{1};
  ManualClock clock_;
  ThreadPool pool_{1};
  FlakyJobStore store_{clock_};
  std::stop_source drain_, stop_;
  std::unique_ptr<Worker> worker_;
  std::size_t waiting_ = 2;  // what a worker that waits has asleep: the loop and the heartbeat
  bool started_ = false, ended_ = false, thrown_ = false, open_ = false;
  Result<void> result_;
  std::vector<std::string> begun_, interrupted_;
};

}  // namespace imagegen::test
