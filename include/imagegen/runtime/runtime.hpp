#pragma once
#include <imagegen/core/task.hpp>
#include <imagegen/runtime/runtime_config.hpp>
#include <imagegen/storage/write_once_store.hpp>
#include <imagegen/workflow/workflow.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace imagegen {

/// Parts that the caller has made, in place of those that the configuration names. They run on the runtime's I/O
/// thread, EventSink::deliver() on others, and are destroyed with it.
struct RuntimeParts {
  /// Each is wrapped in with_retry(). They go before the configured ones, the first first.
  std::vector<std::unique_ptr<ImageProvider>> providers = {};
  /// Where pictures go. Null: RuntimeConfig::store; so it is with those below.
  std::unique_ptr<ObjectStore> store = {};
  /// Where records are kept, those of files too; else the state has them.
  std::unique_ptr<RecordStore> records = {};
  /// Where records of files are kept; else they are among the records.
  std::unique_ptr<AssetStore> assets = {};
  /// Where events go.
  std::unique_ptr<EventSink> events = {};
  /// Those of workflows, by their type: `parts.of<std::shared_ptr<LifestylePackSource>>() = ...`.
  template <class T>
  T& of() {
    return others.of<T>();
  }
  Sections others = {};  ///< Where of() finds them.
};

/// Everything wired: one I/O thread, a pool for pixels, provider, store, prices, events and workflows. What a workflow
/// can do in it is said by that: run_heroes() and prompt_services() take one.
///
/// Safe from any thread. Destroying it while a call is under way is an error of the caller.
class Runtime final : public WorkflowHost {
 public:
  /// Errc::invalid_argument for a configuration that cannot work, Errc::permission_denied for a missing key,
  /// Errc::storage_failed for a folder or file that cannot be opened. Contacts nobody.
  static Result<std::unique_ptr<Runtime>> open(RuntimeConfig config, RuntimeParts parts = {});
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  /// What it was opened with.
  const RuntimeConfig& config() const noexcept override;
  /// All that may be asked, those of RuntimeParts first. Lives as long as the runtime, as do the others that are lent.
  const ProviderSet& providers() const noexcept;
  ImageProvider& provider() noexcept;  ///< The first of them.
  /// Where masters and finished files go.
  ObjectStore& store() noexcept;
  /// Whether the store keeps what was written once; an S3 server is asked the first time. For coroutines on the I/O
  /// thread. Errors of a put.
  Task<Result<WriteOnce>> write_once();
  ThreadPool& pool() noexcept override;
  Clock& clock() noexcept override;
  EventSink& events() noexcept override;
  std::shared_ptr<HttpClient> http() noexcept override;
  /// The built-in ones, with those of RuntimeConfig::prices_json over them.
  const PriceTable& prices() const noexcept;
  Workflow* workflow(std::string_view job_kind) noexcept override;
  /// What all workflows have to say of what they are configured with.
  std::vector<Finding> examine_workflows() const;

  /// The database of jobs and purchases, opened when it is first asked for: blocks. Errors of open_state().
  Result<State*> state();
  /// state(), or where it has not been opened the database as it is: nothing is made or brought up in it
  /// (StateOpening::look). For who examines it: blocks. Errors of open_state().
  Result<State*> state_to_look_at();
  /// Where pictures lie that no store takes. \param state As state() or state_to_look_at() gave it. Null: nowhere.
  Spool* spool(const State& state) noexcept;
  WorkServices planning_services() noexcept override;
  Result<WorkServices> services() override;
  Result<PermitStore*> permits() override;
  std::function<Result<void>(const Announcement&)> announcer(std::stop_token stop = {}) override;
  /// Does jobs of every kind until it is asked to end: blocks. Events of these jobs, and what killed workers have left
  /// of them, go to the events file. Errors of state(), and of Worker::run().
  Result<void> work(WorkerOptions options, WorkerStop stop);
  /// work() for coroutines on the I/O thread.
  Task<Result<void>> working(WorkerOptions options, WorkerStop stop);

  /// Does the files of a job of any kind again from its record; see workflow/replay.hpp. For coroutines on the I/O
  /// thread. Errors of state() and of the replays; Errc::not_found without such a job.
  Task<Result<Replay>> replay(std::string job_id);

  void start(Task<void> task, std::stop_token stop, std::function<void(std::exception_ptr)> on_end) override;

 private:
  struct Parts;
  explicit Runtime(std::unique_ptr<Parts> parts);
  Result<void> open_workflows(Sections& given);

  std::unique_ptr<Parts> parts_;
};

}  // namespace imagegen
