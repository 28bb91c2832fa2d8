#pragma once
#include <imagegen/engine/inbox.hpp>
#include <imagegen/engine/operations.hpp>
#include <imagegen/runtime/runtime.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace imagegen {

/// A part that the host makes: "provider", "store", "records", "assets", "enhancer", "lifestylePacks" or "events".
struct HostPart {
  std::string kind;                    ///< Takes the place of what is configured; a provider goes before it.
  std::string capability_json = "{}";  ///< docs/host-parts.md
  /// Told of its calls (host_call, host_cancel) on a thread of the engine, one at a time. Empty: they come through the
  /// inbox. Must not wait for calls of the engine.
  std::function<void(InboxEvent)> on_event = {};
};

/// What an Engine is opened with.
struct EngineOptions {
  std::string config_json = "{}";      ///< docs/configuration.md
  EnvironmentLookup environment = {};  ///< What it says comes before config_json; empty: none.
  std::vector<HostPart> parts = {};    ///< One of a kind, and any number of providers.
  std::string overrides_json = "{}";   ///< What it says comes before the environment, in the form of config_json.
  std::string defaults_json = "{}";    ///< Of a program whose defaults are others than the library's.
  /// For who only looks at what is kept, or ends what is there: neither a state nor a file of events is made.
  bool makes_nothing = false;
  /// For who buys and stores nothing: provider and store open without their keys, and say what is missing when they are
  /// first needed.
  bool keys_later = false;
  /// Told in a sentence what keeps a worker from its work; see WorkerOptions::on_word.
  std::function<void(const std::string&)> on_word = {};
};

/// What goes along with a request, and who is told.
struct CallOptions {
  std::vector<SharedBytes> inputs = {};  ///< Kept until the call has ended.
  /// Told of the call's progress and end on a thread of the engine. Empty: they come through the inbox. Must not wait
  /// for calls of the engine.
  std::function<void(InboxEvent)> on_event = {};
  bool progress = true;  ///< Whether anybody wants to hear of it; of a call only the newest is kept until it is told.
  /// Drained before it starts, so that it begins nothing; what can only be cancelled is Errc::cancelled at once.
  bool drained = false;
};

/// What goes along with a call of Engine::run().
struct RunOptions {
  std::vector<SharedBytes> inputs = {};  ///< Files and pixels that belong to the request.
  std::stop_token stop = {};             ///< Cancels it, as Engine::cancel() does.
  /// Drains it, as Engine::drain() does. One that was requested before the call begins nothing: what can only be
  /// cancelled is not even launched.
  std::stop_token drain = {};
  /// Told of each progress of the operation, none left out and one at a time, on the I/O thread or on that of the pool
  /// where the operation is: what it asks for by `drain` holds before the operation goes on. Must return quickly, and
  /// neither throw nor wait for calls of the engine.
  std::function<void(std::string_view progress_json)> on_progress = {};
};

/// A Runtime for hosts in other languages: starts operations and tells what happened through one inbox, so that it
/// never calls foreign code unless it was asked to. The C API and the Python package are made of it.
///
/// Safe from any thread. In a process that was forked after open() every function gives Errc::unsupported.
class Engine {
 public:
  /// Contacts nobody. Errors of Runtime::open(), and Errc::invalid_argument with all faults of the documents.
  static Result<std::unique_ptr<Engine>> open(EngineOptions options);
  /// "runtime.examine" of what may not even open, which is then a finding; host parts are left out. Blocks up to 30 s.
  static OperationOutcome examine(const EngineOptions& options);
  /// Closes it and waits until every call has ended. Not on a thread of the engine. In a forked child nothing is waited
  /// for, nor freed.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Starts an operation. It ends with exactly one event `done`. What it throws, such as std::bad_alloc, is thrown
  /// before anything has started.
  /// \return The call's id, never 0 and never used twice in a process. Errc::not_found, Errc::invalid_argument,
  ///         Errc::limit_exceeded with 10,000 calls whose event `done` was not pulled or told yet,
  ///         Errc::cancelled after close().
  Result<std::uint64_t> start(std::string_view operation, std::string_view request_json, CallOptions options = {});
  /// Makes an operation and waits for its end. Not on a thread of the engine.
  OperationOutcome run(std::string_view operation, std::string_view request_json, RunOptions options);
  /// \param stop Cancels it.
  OperationOutcome run(std::string_view operation, std::string_view request_json, std::vector<SharedBytes> inputs = {},
                       std::stop_token stop = {});
  /// Never waits; an id that is not under way is fine.
  void cancel(std::uint64_t call);
  /// Asks an operation to begin nothing more, and to finish what it has begun: "worker.run" takes no further job, and
  /// "heroes.generate" buys no further picture. Every other one is cancelled. It can be cancelled afterwards. Never
  /// waits; an id that is not under way is fine.
  void drain(std::uint64_t call);

  /// Where events come that no function is told of; lives as long as the engine.
  Inbox& inbox() noexcept;

  /// Answers a host call. Errc::not_found for one that was answered, or that nobody waits for.
  Result<void> resolve(std::uint64_t token, std::string_view answer_json, std::vector<SharedBytes> bytes);
  /// \param error_json See imagegen_host_reject() in capi/imagegen.h.
  Result<void> reject(std::uint64_t token, std::string_view error_json);

  /// Cancels what runs, fails open host calls, takes nothing new. Never waits. The inbox closes behind the last event.
  void close();

  /// Nothing, or Errc::unsupported because this process is not the one that opened it.
  Result<void> check_process() const;

 private:
  struct Impl;
  explicit Engine(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace imagegen
