#pragma once
#include <imagegen/core/task.hpp>
#include <imagegen/runtime/runtime_config.hpp>
#include <imagegen/storage/write_once_store.hpp>
#include <imagegen/workflow/heroes/pack_source.hpp>
#include <imagegen/workflow/replay.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace imagegen {

/// Parts that the caller has made, in place of those that the configuration names. They run on the runtime's I/O
/// thread, EventSink::deliver() on others, and are destroyed with it.
struct RuntimeParts {
  /// Each is wrapped in with_retry(). They go before the configured ones, the first first.
  std::vector<std::unique_ptr<ImageProvider>> providers = {};
  std::unique_ptr<ObjectStore> store = {};
  std::shared_ptr<PromptEnhancer> enhancer = {};
  std::unique_ptr<MetadataStore> metadata = {};
  std::unique_ptr<EventSink> events = {};
  std::unique_ptr<PackSource> packs = {};
};

/// Everything wired: one I/O thread, a pool for pixels, provider, store, prices, events and workflows.
///
/// Safe from any thread. Destroying it while a call is under way is an error of the caller.
class Runtime {
 public:
  /// Errc::invalid_argument for a configuration that cannot work, Errc::permission_denied for a missing key,
  /// Errc::storage_failed for a folder or file that cannot be opened. Contacts nobody.
  static Result<std::unique_ptr<Runtime>> open(RuntimeConfig config, RuntimeParts parts = {});
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  const RuntimeConfig& config() const noexcept;
  const ProviderSet& providers() const noexcept;
  ImageProvider& provider() noexcept;  ///< The first of them.
  ObjectStore& store() noexcept;
  /// Whether the store keeps what was written once; an S3 server is asked the first time. For coroutines on the I/O
  /// thread. Errors of a put.
  Task<Result<WriteOnce>> write_once();
  ThreadPool& pool() noexcept;
  Clock& clock() noexcept;
  const PriceTable& prices() const noexcept;
  PackSource* packs() noexcept;  ///< Null where neither a part nor RuntimeConfig::packs gives one.

  /// The database of jobs and purchases, opened when it is first asked for: blocks. Errors of open_state().
  Result<State*> state();
  /// state(), or where it has not been opened the database as it is: nothing is made or brought up in it
  /// (StateOpening::look). For who examines it: blocks. Errors of open_state().
  Result<State*> state_to_look_at();
  /// Where pictures lie that no store takes. \param state As state() or state_to_look_at() gave it. Null: nowhere.
  Spool* spool(const State& state) noexcept;
  /// Errors of state().
  Result<PromptServices> prompt_services();
  /// For enhance_prompt() alone, which keeps nothing: needs no state, and opens none.
  PromptServices enhancing_services() noexcept;
  Result<HeroServices> hero_services();
  /// \param state state(), which has been opened.
  HeroServices hero_services(State& state) noexcept;
  /// For WorkerOptions::announce: brings announcements that are events to the events file. Empty where none is
  /// configured, so that whoever has one gets them. Not to be called after the runtime has gone. \param stop Gives up
  /// what is being delivered, and what comes after it: it stays in the store.
  std::function<Result<void>(const Announcement&)> announcer(std::stop_token stop = {});
  /// Does jobs of every kind until it is asked to end: blocks. Events of these jobs, and what killed workers have left
  /// of them, go to the events file. Errors of state(), and of Worker::run().
  Result<void> work(WorkerOptions options, WorkerStop stop);
  /// work() for coroutines on the I/O thread.
  Task<Result<void>> working(WorkerOptions options, WorkerStop stop);

  /// Makes the lifestyle heroes of one work item and returns when all is done: imagegen::run_heroes() with this
  /// runtime's services, as the job hero_job_id() of the work item in state(). Calls for one work item take turns, also
  /// those of other processes that share the state; one that was interrupted is brought to its end first, and what it
  /// had bought is used. A dry run is no job and needs no state.
  ///
  /// Never throws: what nobody expected, and a state that cannot be reached, is a refusal INTERNAL_ERROR.
  /// \param progress Called on the I/O thread; must return quickly. \param stop Cancels: purchases under way are
  /// abandoned, and may still be billed.
  HeroOutcome run_heroes(std::string work_item_id, LifestylePack pack, HeroRequest request,
                         HeroProgressFn progress = {}, std::stop_token stop = {});
  HeroOutcome run_heroes(HeroOptions options, std::string work_item_id, LifestylePack pack, HeroRequest request,
                         HeroProgressFn progress, std::stop_token stop);
  /// run_heroes() for coroutines on the I/O thread. Ended by `stop` alone: it takes no notice of its own cancellation.
  Task<HeroOutcome> heroes(HeroOptions options, std::string work_item_id, LifestylePack pack, HeroRequest request,
                           HeroProgressFn progress, std::stop_token stop);

  /// Does the files of a job of any kind again from its record; see workflow/replay.hpp. For coroutines on the I/O
  /// thread. Errors of state() and of the replays.
  Task<Result<Replay>> replay(std::string job_id);

  /// Starts `task` on the I/O thread and returns. `stop` cancels it. \param on_end Called on the I/O thread when it has
  /// ended, with what it threw; must not throw. Every task has ended before the runtime is destroyed.
  void start(Task<void> task, std::stop_token stop, std::function<void(std::exception_ptr)> on_end);

  /// Runs `task` on the I/O thread and returns what it gives. Not to be called on that thread.
  template <class T>
  T wait(Task<T> task, std::stop_token stop = {}) {
    std::optional<T> value;
    wait_until_done(put_into(value, std::move(task)), std::move(stop));
    return std::move(*value);
  }

 private:
  struct Parts;
  HeroServices hero_services(Ledger& ledger) noexcept;
  explicit Runtime(std::unique_ptr<Parts> parts);
  void wait_until_done(Task<void> task, std::stop_token stop);
  template <class T>
  static Task<void> put_into(std::optional<T>& out, Task<T> task) {
    out.emplace(co_await std::move(task));
  }

  std::unique_ptr<Parts> parts_;
};

}  // namespace imagegen
