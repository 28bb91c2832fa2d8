#include <imagegen/core/shown_text.hpp>
#include <imagegen/engine/engine.hpp>
#include <imagegen/engine/http_routes.hpp>

#include <cxxabi.h>
#include <unistd.h>
#include <boost/asio/this_coro.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <set>
#include <unordered_map>

#include "engine/config_of.hpp"
#include "engine/dispatcher.hpp"
#include "engine/host_part_kinds.hpp"
#include "engine/operation_table.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

constexpr std::size_t kLargestRequest = 16U << 20U;  // bytes; it may hold a pack
constexpr std::size_t kLargestAnswer = 16U << 20U;
constexpr std::size_t kMostCalls = 10'000;

Result<js::object> parse_object(std::string_view text, std::size_t max_bytes, std::string_view what) {
  auto value = json::parse(text, max_bytes);
  if (!value) return in_context(value.error(), what);
  if (!value->is_object())
    return Error{Errc::invalid_argument, std::string(what) + ": expected a JSON object, got " + json::describe(*value)};
  return std::move(value->get_object());
}

// Joins texts that are JSON already.
std::string done_json(std::uint64_t call, bool ok, std::string_view document) {
  std::string text = R"({"kind":"done","call":)" + std::to_string(call);
  text += ok ? R"(,"ok":true,"result":)" : R"(,"ok":false,"error":)";
  return text.append(document).append("}");
}

InboxEvent done_event(std::uint64_t call, OperationOutcome outcome) {
  InboxEvent event{InboxEvent::Kind::done, call, {}};
  if (auto* result = std::get_if<OperationResult>(&outcome)) {
    event.json = done_json(call, true, result->json);
    event.bytes = std::move(result->bytes);
    return event;
  }
  const auto& failure = std::get<OperationFailure>(outcome);
  event.json = done_json(call, false, to_json(failure));
  event.failure = failure.error.code;
  return event;
}

Error left_by_its_thread() {
  Error error{Errc::internal, "the function of the host ended its thread by pthread_exit()"};
  error.delivery = Delivery::unknown;
  return error;
}

// Progress of one call on its way to the host's function.
class NewestProgress {
 public:
  // \return Whether there was one already, whose place this takes.
  bool put(InboxEvent event) {
    const std::lock_guard lock(mutex_);
    return std::exchange(event_, std::move(event)).has_value();
  }
  InboxEvent take() {
    const std::lock_guard lock(mutex_);
    return *std::exchange(event_, std::nullopt);
  }

 private:
  std::mutex mutex_;
  std::optional<InboxEvent> event_;
};

}  // namespace

// Who is told how a call goes. Called on the I/O thread.
struct CallSink {
  std::function<void(js::object)> progress;
  std::function<void(OperationOutcome)> done;  // where it throws, nothing was told
};

// How a call is asked to end. One that does not know how to drain is stopped instead: both are the same then.
struct CallStops {
  explicit CallStops(const Operation& operation) : drain(operation.description.drains ? std::stop_source() : stop) {}
  std::stop_source stop, drain;
};

// Calls hold it, so that it outlives the Engine until the last has ended.
struct Engine::Impl : std::enable_shared_from_this<Engine::Impl> {
  const pid_t process = ::getpid();
  // Parts of later lines use those of earlier ones, and go first.
  std::unique_ptr<Inbox> inbox;
  std::shared_ptr<HostCalls> host;
  Dispatcher dispatcher;
  std::unique_ptr<Runtime> runtime;

  std::mutex mutex;
  std::condition_variable idle;
  std::unordered_map<std::uint64_t, CallStops> calls;
  std::uint64_t started = 0;
  std::atomic<std::uint64_t> told = 0;  // ends that did not go through the inbox
  bool closing = false;

  Result<void> open(EngineOptions options);
  HostRoute route_of(const HostPart& part);
  Result<std::uint64_t> start(std::string_view name, std::string_view request, std::vector<SharedBytes> inputs,
                              std::function<CallSink(std::uint64_t)> sink_for, bool is_drained = false);
  void launch(const Operation& operation, std::uint64_t id, const CallStops& stops, js::object request,
              std::vector<SharedBytes> inputs, CallSink sink);
  std::optional<CallStops> stops_of(std::uint64_t call);
  void ended(std::uint64_t call);
  void close();
  void wait_until_idle();
  std::function<CallSink(std::uint64_t)> sink_of(std::function<void(InboxEvent)> on_event, bool progress);
};

namespace {

Task<void> run_call(const Operation& operation, std::unique_ptr<OperationContext> context, js::object request,
                    std::function<void(OperationOutcome)> done) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  auto outcome = co_await run_operation(operation, *context, std::move(request));
  context.reset();  // inputs that are lent are not looked at when the end has been told
  done(std::move(outcome));
}

// For a call that threw before its end was told: no memory for its document, for example.
void tell_that_it_was_lost(const std::exception_ptr& thrown, bool may_buy,
                           const std::function<void(OperationOutcome)>& done) {
  Error error{Errc::internal, "what the call came to was lost"};
  if (may_buy) error.delivery = Delivery::unknown;
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& known) {
    error.message.append(": ").append(known.what());
  } catch (...) {
  }
  try {
    done(to_failure(std::move(error)));
  } catch (...) {  // not even memory for that
  }
}

}  // namespace

HostRoute Engine::Impl::route_of(const HostPart& part) {
  if (!part.on_event) {
    return HostRoute{[this](InboxEvent event) { inbox->push(std::move(event)); },
                     [this](std::uint64_t token) { return inbox->withdraw(token); }};
  }
  return HostRoute{[this, on_event = part.on_event](InboxEvent event) {
    const auto token = event.id;
    const bool is_call = event.kind == InboxEvent::Kind::host_call;
    // A std::function is copied, an event need not be.
    auto box = std::make_shared<InboxEvent>(std::move(event));
    dispatcher.post([this, on_event, box, token, is_call] {
      Error thrown;
      try {
        return on_event(std::move(*box));
      } catch (abi::__forced_unwind&) {  // the thread goes and must be let go; whoever waits is told
        if (is_call) static_cast<void>(host->reject(token, left_by_its_thread()));
        throw;
      } catch (const std::exception& error) {
        thrown.message = shown_lines(error.what());
      } catch (...) {
        thrown.message = "it threw something that is no std::exception";
      }
      thrown.delivery = Delivery::unknown;
      if (is_call) static_cast<void>(host->reject(token, std::move(thrown)));
    });
  }};
}

Result<RuntimeConfig> config_of(const EngineOptions& options) {
  auto made = layered_config(
      {options.overrides_json, options.environment, options.config_json, options.defaults_json});
  if (const auto* faults = std::get_if<std::vector<FieldFault>>(&made))
    return to_error("the configuration is wrong:", *faults);
  auto& config = std::get<RuntimeConfig>(made);
  config.worker.on_word = options.on_word;
  if (options.makes_nothing) config.events_file.clear(), config.state.opening = StateOpening::existing;
  config.keys_later = options.keys_later;
  if (const auto mounted = mount_routes(config); !mounted) return mounted.error();
  return std::move(config);
}

Result<void> Engine::Impl::open(EngineOptions options) {
  auto resolved = config_of(options);
  if (!resolved) return resolved.error();
  auto& config = *resolved;
  auto made = Inbox::make();
  if (!made) return made.error();
  inbox = std::move(*made);
  host = std::make_shared<HostCalls>(config.host_timeout);
  RuntimeParts parts;
  std::set<std::string> kinds;
  for (const auto& part : options.parts) {
    if (!kinds.emplace(present_name(part.kind)).second && part.kind != "provider")
      return Error{Errc::invalid_argument, "parts: expected one " + in_quotes(part.kind) + ", got two"};
    if (const auto added = add_host_part(parts, part, host, route_of(part)); !added) return added.error();
    if (part.kind == "provider") config.provider = "host";
    if (part.kind == "store") config.store = "host:";
  }
  auto opened = Runtime::open(std::move(config), std::move(parts));
  if (!opened) return opened.error();
  runtime = std::move(*opened);
  return {};
}

std::function<CallSink(std::uint64_t)> Engine::Impl::sink_of(std::function<void(InboxEvent)> on_event, bool progress) {
  // Everything is told by `send`: to the inbox, which keeps the newest progress itself, or on the dispatcher's thread.
  std::function<void(InboxEvent)> send = [this](InboxEvent event) { inbox->push(std::move(event)); };
  if (on_event) {
    send = [this, on_event = std::move(on_event), newest = std::make_shared<NewestProgress>()](InboxEvent event) {
      const bool is_end = event.kind == InboxEvent::Kind::done;
      auto box = is_end ? std::make_shared<InboxEvent>(std::move(event)) : nullptr;
      if (!is_end && newest->put(std::move(event))) return;
      dispatcher.post([this, on_event, box, newest] {
        if (box) ++told;
        try {
          on_event(box ? std::move(*box) : newest->take());
        } catch (abi::__forced_unwind&) {
          throw;
        } catch (...) {  // it was told; what it makes of it is its own affair
        }
      });
    };
  }
  return [send, progress](std::uint64_t call) {
    CallSink sink{[](js::object) {},
                  [send, call](OperationOutcome outcome) { send(done_event(call, std::move(outcome))); }};
    if (!progress) return sink;
    sink.progress = [send, call](js::object document) {
      js::object event{{"kind", "progress"}, {"call", call}, {"progress", std::move(document)}};
      send({InboxEvent::Kind::progress, call, json::write(event)});
    };
    return sink;
  };
}

Result<std::uint64_t> Engine::Impl::start(std::string_view name, std::string_view request,
                                          std::vector<SharedBytes> inputs,
                                          std::function<CallSink(std::uint64_t)> sink_for, bool is_drained) {
  const auto* operation = find_operation(name);
  if (!operation) {
    return Error{Errc::not_found,
                 "operation: expected one of imagegen_operations(), got " + in_quotes(name)};
  }
  auto document = parse_object(request, kLargestRequest, "request of " + std::string(name));
  if (!document) return document.error();
  if (is_drained && !operation->description.drains) return stopped_in_time();
  const auto id = next_engine_id();
  auto sink = sink_for(id);
  CallStops stops(*operation);
  if (is_drained) stops.drain.request_stop();  // before it is launched, so that it begins nothing
  {
    const std::lock_guard lock(mutex);
    if (closing) return Error{Errc::cancelled, "the runtime is closed"};
    // Those too whose end nobody has pulled: the inbox holds no more than these.
    if (started - told - inbox->pulled_ends() >= kMostCalls) {
      return Error{Errc::limit_exceeded,
                   "expected at most 10,000 calls that are under way or whose done event was not pulled, got one more"};
    }
    calls.emplace(id, stops);
    ++started;
  }
  try {
    launch(*operation, id, stops, std::move(*document), std::move(inputs), std::move(sink));
  } catch (...) {
    ++told;
    ended(id);
    throw;
  }
  return id;
}

void Engine::Impl::launch(const Operation& operation, std::uint64_t id, const CallStops& stops, js::object request,
                          std::vector<SharedBytes> inputs, CallSink sink) {
  auto context = std::make_unique<OperationContext>(OperationContext{
      *runtime, std::move(inputs), stops.stop.get_token(), stops.drain.get_token(), std::move(sink.progress)});
  auto on_end = [self = shared_from_this(), id, may_buy = operation.description.may_buy,
                 done = sink.done](std::exception_ptr thrown) {
    if (thrown) tell_that_it_was_lost(thrown, may_buy, done);
    self->ended(id);
  };
  // Not both: an operation that looks at the token says in its result what was reached.
  auto cancelled_by = operation.ends_by_stop_token ? std::stop_token() : stops.stop.get_token();
  runtime->start(run_call(operation, std::move(context), std::move(request), std::move(sink.done)),
                 std::move(cancelled_by), std::move(on_end));
}

// On the I/O thread, or where the call could not be launched. `idle` is told under the lock: whoever waits may destroy
// all this as soon as it is free.
void Engine::Impl::ended(std::uint64_t call) {
  const std::lock_guard lock(mutex);
  calls.erase(call);
  if (!calls.empty()) return;
  if (closing) inbox->close();
  idle.notify_all();
}

void Engine::Impl::close() {
  std::vector<std::stop_source> running;
  {
    const std::lock_guard lock(mutex);
    closing = true;
    for (const auto& [id, stops] : calls) running.push_back(stops.stop);
    if (calls.empty()) inbox->close();
  }
  // Not under the lock: it may run what was registered with the token.
  for (auto& stop : running) stop.request_stop();
  host->close();
}

void Engine::Impl::wait_until_idle() {
  std::unique_lock lock(mutex);
  idle.wait(lock, [this] { return calls.empty(); });
}

Engine::Engine(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Engine::~Engine() {
  if (!check_process()) {
    // The threads that it would join are not in this process. Left alone on purpose.
    static_cast<void>(new std::shared_ptr<Impl>(std::move(impl_)));
    return;
  }
  impl_->close();
  impl_->wait_until_idle();
  // The I/O thread may still hold the last call; this thread is the one to destroy the runtime, which joins it.
  impl_->runtime.reset();
}

Result<std::unique_ptr<Engine>> Engine::open(EngineOptions options) {
  auto impl = std::make_shared<Impl>();
  if (const auto opened = impl->open(std::move(options)); !opened) return opened.error();
  return std::unique_ptr<Engine>(new Engine(std::move(impl)));
}

Result<void> Engine::check_process() const {
  if (::getpid() == impl_->process) return {};
  return Error{Errc::unsupported, "this process was forked from the one that opened the runtime (process " +
                                      std::to_string(impl_->process) +
                                      "), whose threads it does not have: open another one here"};
}

Result<std::uint64_t> Engine::start(std::string_view operation, std::string_view request_json, CallOptions options) {
  if (const auto mine = check_process(); !mine) return mine.error();
  return impl_->start(operation, request_json, std::move(options.inputs),
                      impl_->sink_of(std::move(options.on_event), options.progress), options.drained);
}

OperationOutcome Engine::run(std::string_view operation, std::string_view request_json, RunOptions options) {
  if (const auto mine = check_process(); !mine) return to_failure(mine.error());
  if (options.stop.stop_requested()) return to_failure(stopped_in_time());
  auto ended = std::make_shared<std::promise<OperationOutcome>>();
  auto outcome = ended->get_future();
  auto sink = [&options, ended, impl = impl_.get()](std::uint64_t) {
    CallSink told{[](js::object) {}, [ended, impl](OperationOutcome made) {
                    ++impl->told;
                    ended->set_value(std::move(made));
                  }};
    if (options.on_progress)
      told.progress = [tell = options.on_progress](const js::object& step) { tell(json::write(step)); };
    return told;
  };
  const bool is_drained = options.drain.stop_requested();
  const auto call = impl_->start(operation, request_json, std::move(options.inputs), sink, is_drained);
  if (!call) return to_failure(call.error());
  const std::stop_callback on_drain(std::move(options.drain), [this, id = *call] { drain(id); });
  const std::stop_callback on_stop(std::move(options.stop), [this, id = *call] { cancel(id); });
  return outcome.get();
}

OperationOutcome Engine::run(std::string_view operation, std::string_view request_json, std::vector<SharedBytes> inputs,
                             std::stop_token stop) {
  RunOptions options{std::move(inputs), std::move(stop)};
  return run(operation, request_json, std::move(options));
}

// A copy, because what is registered with a token must not be called under the lock.
std::optional<CallStops> Engine::Impl::stops_of(std::uint64_t call) {
  const std::lock_guard lock(mutex);
  const auto found = calls.find(call);
  return found == calls.end() ? std::nullopt : std::optional(found->second);
}

void Engine::cancel(std::uint64_t call) {
  if (!check_process()) return;
  if (auto stops = impl_->stops_of(call)) stops->stop.request_stop();
}

void Engine::drain(std::uint64_t call) {
  if (!check_process()) return;
  if (auto stops = impl_->stops_of(call)) stops->drain.request_stop();
}

Inbox& Engine::inbox() noexcept {
  return *impl_->inbox;
}

Result<void> Engine::resolve(std::uint64_t token, std::string_view answer_json, std::vector<SharedBytes> bytes) {
  if (const auto mine = check_process(); !mine) return mine.error();
  auto document = parse_object(answer_json, kLargestAnswer, "answer");
  if (document) return impl_->host->resolve(token, {std::move(*document), std::move(bytes)});
  Error wrong{Errc::bad_answer, document.error().message};
  wrong.delivery = Delivery::answered;
  return impl_->host->reject(token, std::move(wrong));
}

Result<void> Engine::reject(std::uint64_t token, std::string_view error_json) {
  if (const auto mine = check_process(); !mine) return mine.error();
  return impl_->host->reject(token, parse_host_failure(error_json));
}

void Engine::close() {
  if (check_process()) impl_->close();
}

}  // namespace imagegen
