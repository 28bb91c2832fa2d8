#pragma once
#include <imagegen/config/runtime_config.hpp>
#include <imagegen/event/event_sink.hpp>
#include <imagegen/job/worker.hpp>
#include <imagegen/workflow/replay.hpp>
#include <imagegen/workflow/work_services.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file What a workflow and whoever runs it know of each other: neither knows the other by name.
namespace imagegen {

/// What an examination found out about one part.
struct Finding {
  /// warning: it works, and somebody should look at it; broken: it does not.
  enum class Verdict : std::uint8_t { good, warning, broken } verdict{};
  std::string subject;  ///< "provider", "store" ...
  std::string text;     ///< What is configured, whether it answers, and what to do when it does not. Holds no secrets.
};

class Workflow;

/// What a workflow runs in: a Runtime, as workflows see it. Safe from any thread, and outlives them.
class WorkflowHost {
 public:
  /// The open workflow that does jobs of this kind; null: there is none.
  virtual Workflow* workflow(std::string_view job_kind) noexcept = 0;
  virtual const RuntimeConfig& config() const noexcept = 0;
  virtual ThreadPool& pool() noexcept = 0;
  virtual Clock& clock() noexcept = 0;
  virtual EventSink& events() noexcept = 0;
  /// Shared with calls that were let go of and may still use it.
  virtual std::shared_ptr<HttpClient> http() noexcept = 0;

  /// To plan and to price with: what it books counts nowhere, and no job and no record is kept.
  virtual WorkServices planning_services() noexcept = 0;
  /// To work with: opens the state where it is not open, and blocks for that. Errors of open_state().
  virtual Result<WorkServices> services() = 0;
  /// Permits of the state. Errors of services().
  virtual Result<PermitStore*> permits() = 0;
  /// For WorkerOptions::announce: brings announcements that are events to the events file. Empty where none is
  /// configured, so that whoever has one gets them. Not to be called after the host has gone. \param stop Gives up
  /// what is being delivered, and what comes after it: it stays in the store.
  virtual std::function<Result<void>(const Announcement&)> announcer(std::stop_token stop = {}) = 0;

  /// Starts `task` on the I/O thread and returns. `stop` cancels it. \param on_end Called on the I/O thread when it has
  /// ended, with what it threw; must not throw. Every task has ended before the host is destroyed.
  virtual void start(Task<void> task, std::stop_token stop, std::function<void(std::exception_ptr)> on_end) = 0;

  /// Runs `task` on the I/O thread and returns what it gives, or throws what it throws. Not to be called on that thread.
  template <class T>
  T wait(Task<T> task, std::stop_token stop = {}) {
    std::optional<T> value;
    wait_until_done(put_into(value, std::move(task)), std::move(stop));
    return std::move(*value);
  }

 protected:
  ~WorkflowHost() = default;

 private:
  void wait_until_done(Task<void> task, std::stop_token stop);
  template <class T>
  static Task<void> put_into(std::optional<T>& out, Task<T> task) {
    out.emplace(co_await std::move(task));
  }
};

/// A workflow that is open in a host. Destroyed on the I/O thread, when nothing runs in it any more.
class Workflow {
 public:
  virtual ~Workflow() = default;
  /// Of Job::kind.
  virtual std::string_view job_kind() const noexcept = 0;
  /// Does the jobs of this kind. \param services Those of the worker, with its permits.
  virtual JobHandler handler(WorkServices services) = 0;
  /// Does the files of a job of this kind again from its record; see workflow/replay.hpp.
  virtual Task<Result<Replay>> replay(WorkServices services, std::string job_id) = 0;
  /// What there is to say of what it is configured with. Contacts nobody.
  virtual std::vector<Finding> examine() const { return {}; }
};

}  // namespace imagegen
