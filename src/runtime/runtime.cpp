#include <imagegen/core/shown_text.hpp>
#include <imagegen/image/image_limits.hpp>
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/maker/workflow/interrupted.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "runtime/open_providers.hpp"
#include "runtime/open_store.hpp"
#include "runtime/workflows.hpp"
#include "workflow/until_stopped.hpp"

namespace imagegen {
namespace {

std::size_t threads_for(std::size_t asked) {
  return asked > 0 ? asked : std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

Result<PriceTable> prices_for(const RuntimeConfig& config) {
  if (config.prices_json.empty()) return PriceTable::built_in();
  auto own = PriceTable::parse(config.prices_json);
  if (!own) return own.error();
  return PriceTable::built_in().overridden_by(*own);
}

Result<void> check_budgets(const Budgets& budgets) {
  const auto& [job, user, day, total, ignored] = budgets;
  const std::pair<std::string_view, const std::optional<Usd>&> limits[] = {
      {"budgets.job", job}, {"budgets.user", user}, {"budgets.day", day}, {"budgets.total", total}};
  for (const auto& [name, limit] : limits)
    if (const auto checked = check_limit(name, limit); !checked) return checked;
  return {};
}

// Empty: none is needed, or none can be had.
std::string spool_folder(const RuntimeConfig& config, const State& state) {
  if (!config.spool.empty()) return config.spool;
  if (state.spool) return {};
  constexpr std::string_view kSqlite = "sqlite:";
  for (const Secret* url : {&config.state.ledger_url, &config.state.url}) {
    const std::string& text = url->reveal();
    if (text.starts_with(kSqlite)) return text.substr(kSqlite.size()) + "-spool";
  }
  return {};
}

Result<std::unique_ptr<EventSink>> events_for(const RuntimeConfig& config) {
  if (config.events_file.empty()) return make_null_event_sink();
  return make_json_lines_event_sink(config.events_file);
}

}  // namespace

struct Runtime::Parts {
  Parts(RuntimeConfig settings, RuntimeParts given)
      : config(std::move(settings)),
        pool(threads_for(config.threads)),
        events(std::move(given.events)),
        given_providers(std::move(given.providers)),
        records(std::move(given.records)),
        assets(std::move(given.assets)) {
    stored.store = std::move(given.store);
  }

  // Parts of later lines use those of earlier ones, and go first. The pool's threads post to `io`, and may still be on
  // their way out of that when a caller has its result: the pool is joined before `io` goes.
  RuntimeConfig config;
  boost::asio::io_context io{1};
  ThreadPool pool;
  std::shared_ptr<HttpClient> http;  // shared with a workflow's call that was let go of
  PriceTable prices = PriceTable::built_in();
  std::unique_ptr<EventSink> events;
  std::vector<std::unique_ptr<ImageProvider>> given_providers;  // until they are among the others
  ProviderSet providers;
  Runtime* owner = nullptr;  // set before anything runs
  OpenedStore stored;
  std::unique_ptr<RecordStore> records;  // until they are part of the state
  std::unique_ptr<AssetStore> assets;
  bool tells_events = false;
  std::unique_ptr<Ledger> scratch = make_memory_ledger();  // for dry runs, which book nothing
  std::mutex state_mutex;
  std::optional<State> state, looked_at;
  std::unique_ptr<Spool> folder_spool;  // where the state has none
  std::unique_ptr<StoreProbe> probe;
  std::vector<std::unique_ptr<Workflow>> workflows;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work = boost::asio::make_work_guard(io);
  std::thread io_thread;

  Result<void> open() {
    auto client = make_http_client(config.http);
    if (!client) return client.error();
    http = std::move(*client);
    auto table = prices_for(config);
    if (!table) return table.error();
    prices = std::move(*table);
    if (const auto opened = open_events(); !opened) return opened.error();
    if (const auto opened = open_providers(); !opened) return opened.error();
    if (const auto opened = open_store(); !opened) return opened.error();
    probe = std::make_unique<StoreProbe>(*stored.store, system_clock());
    io_thread = std::thread([this] { io.run(); });
    return {};
  }

  Result<void> open_events() {
    tells_events = events || !config.events_file.empty();
    if (events) return {};
    auto sink = events_for(config);
    if (!sink) return sink.error();
    events = std::move(*sink);
    return {};
  }

  Result<void> open_providers() {
    std::vector<std::string> own;
    for (const auto& given : given_providers) own.push_back(given->capability().provider);
    for (auto& given : given_providers)
      if (const auto added = add_provider(std::move(given)); !added) return added.error();
    auto configured = imagegen::open_providers(config, own, *http, pool);
    if (!configured) return configured.error();
    for (auto& opened : *configured)
      if (const auto added = add_provider(std::move(opened)); !added) return added.error();
    const auto route = choose_all(providers, config.route);
    if (!route) return in_context(route.error(), "route");
    return own.empty() ? Result<void>() : check_own_route(own);
  }

  // A host that brings a provider means it to be asked.
  Result<void> check_own_route(const std::vector<std::string>& own) const {
    const auto is_own = [&](const ProviderModel& asked) { return std::ranges::find(own, asked.provider) != own.end(); };
    if (config.route.empty() || std::ranges::any_of(config.route, is_own)) return {};
    return Error{Errc::invalid_argument, "route: expected the host's provider " + in_quotes(own.front()) +
                                             " among those that are asked, got others only"};
  }

  WorkServices work_services(Ledger& ledger) noexcept {
    return {providers, *stored.store, ledger, pool, system_clock(), prices};
  }

  Result<void> add_provider(std::unique_ptr<ImageProvider> provider) {
    return providers.add(with_retry(std::move(provider), config.retry, system_clock()));
  }

  Result<void> open_store() {
    if (stored.store) return {};
    auto permits = [this]() -> Result<PermitStore*> {
      const auto opened = owner->state();
      if (!opened) return opened.error();
      return (*opened)->permits.get();
    };
    auto opened = open_configured_store(config, *http, pool, std::move(permits));
    if (!opened) return opened.error();
    stored = std::move(*opened);
    return {};
  }

  Result<State> open_kept(StateOpening opening) {
    auto options = config.state;
    options.opening = opening;
    auto opened = open_state(options, pool);
    if (!opened || folder_spool) return opened;
    if (const auto folder = spool_folder(config, *opened); !folder.empty()) {
      auto spool = make_folder_spool(folder);
      if (!spool) return in_context(spool.error(), "spool");
      folder_spool = std::move(*spool);
    }
    return opened;
  }

  Spool* spool_of(const State& kept) const noexcept { return folder_spool ? folder_spool.get() : kept.spool.get(); }
  Spool* spool() const noexcept { return state ? spool_of(*state) : nullptr; }
};

Runtime::Runtime(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Runtime::~Runtime() {
  if (!parts_->io_thread.joinable()) return;
  // What the parts still have to do on the I/O thread (closing idle connections) is done before it ends.
  parts_->work.reset();
  boost::asio::post(parts_->io, [parts = parts_.get()] {
    parts->workflows.clear();
    parts->http.reset();
  });
  parts_->io_thread.join();
}

Result<std::unique_ptr<Runtime>> Runtime::open(RuntimeConfig config, RuntimeParts given) {
  if (const auto checked = check_budgets(config.budgets); !checked) return checked.error();
  auto others = std::move(given.others);
  auto parts = std::make_unique<Parts>(std::move(config), std::move(given));
  if (const auto opened = parts->open(); !opened) return opened.error();
  auto* const wired = parts.get();
  std::unique_ptr<Runtime> made(new Runtime(std::move(parts)));
  wired->owner = made.get();
  if (const auto opened = made->open_workflows(others); !opened) return opened.error();
  return made;
}

Result<void> Runtime::open_workflows(Sections& given) {
  for (const WorkflowKind* kind : imagegen::workflows()) {
    auto opened = kind->open(*this, given);
    if (!opened) return opened.error();
    parts_->workflows.push_back(std::move(*opened));
  }
  return {};
}

const RuntimeConfig& Runtime::config() const noexcept {
  return parts_->config;
}
const ProviderSet& Runtime::providers() const noexcept {
  return parts_->providers;
}
ImageProvider& Runtime::provider() noexcept {
  return *parts_->providers.all().front();
}
ObjectStore& Runtime::store() noexcept {
  return *parts_->stored.store;
}
Task<Result<WriteOnce>> Runtime::write_once() {
  if (parts_->stored.write_once == nullptr) co_return WriteOnce::kept;
  co_return co_await parts_->stored.write_once->find_out();
}
ThreadPool& Runtime::pool() noexcept {
  return parts_->pool;
}
Clock& Runtime::clock() noexcept {
  return system_clock();
}
const PriceTable& Runtime::prices() const noexcept {
  return parts_->prices;
}

EventSink& Runtime::events() noexcept {
  return *parts_->events;
}
std::shared_ptr<HttpClient> Runtime::http() noexcept {
  return parts_->http;
}

Workflow* Runtime::workflow(std::string_view job_kind) noexcept {
  for (const auto& open : parts_->workflows)
    if (open->job_kind() == job_kind) return open.get();
  return nullptr;
}

std::vector<Finding> Runtime::examine_workflows() const {
  std::vector<Finding> all;
  for (const auto& open : parts_->workflows)
    for (auto& found : open->examine()) all.push_back(std::move(found));
  return all;
}

Result<State*> Runtime::state() {
  const std::lock_guard lock(parts_->state_mutex);
  if (!parts_->state) {
    auto opened = parts_->open_kept(parts_->config.state.opening);
    if (!opened) return opened.error();
    if (parts_->records) {
      opened->assets = make_record_asset_store(*parts_->records);
      opened->records = std::move(parts_->records);
    }
    if (parts_->assets) opened->assets = std::move(parts_->assets);
    parts_->state.emplace(std::move(*opened));
  }
  return &*parts_->state;
}

Result<State*> Runtime::state_to_look_at() {
  const std::lock_guard lock(parts_->state_mutex);
  if (parts_->state) return &*parts_->state;
  if (!parts_->looked_at) {
    auto opened = parts_->open_kept(StateOpening::look);
    if (!opened) return opened.error();
    parts_->looked_at.emplace(std::move(*opened));
  }
  return &*parts_->looked_at;
}

Spool* Runtime::spool(const State& state) noexcept {
  return parts_->spool_of(state);
}

WorkServices Runtime::planning_services() noexcept {
  return parts_->work_services(*parts_->scratch);
}

Result<WorkServices> Runtime::services() {
  const auto opened = state();
  if (!opened) return opened.error();
  const State& kept = **opened;
  auto services = parts_->work_services(*kept.ledger);
  services.jobs = kept.jobs.get();
  services.assets = kept.assets.get();
  services.spool = parts_->spool();
  services.probe = parts_->probe.get();
  return services;
}

Result<PermitStore*> Runtime::permits() {
  const auto opened = state();
  if (!opened) return opened.error();
  return (*opened)->permits.get();
}

std::function<Result<void>(const Announcement&)> Runtime::announcer(std::stop_token stop) {
  if (!parts_->tells_events) return {};
  return [&sink = *parts_->events, stop = std::move(stop)](const Announcement& announcement) -> Result<void> {
    const auto event = parse_event(announcement.text);
    // A newer process may understand it.
    if (!event) return event.error();
    return sink.deliver_until(*event, stop);
  };
}

Result<void> Runtime::work(WorkerOptions options, WorkerStop stop) {
  return wait(working(std::move(options), std::move(stop)));
}

Task<Result<void>> Runtime::working(WorkerOptions options, WorkerStop stop) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  auto services = co_await pool().run([this] { return this->services(); });
  if (!services) co_return services.error();
  if (options.name.empty()) options.name = worker_name();
  options.permits = parts_->state->permits.get();
  if (!options.announce) options.announce = announcer(stop.stop);
  PermitGate gate(*parts_->state->permits, parts_->pool, system_clock(), options.name, config().limits,
                  options.lease);
  services->permits = &gate;
  std::map<std::string, JobHandler> handlers;
  for (const auto& open : parts_->workflows) handlers.emplace(open->job_kind(), open->handler(*services));
  // What others have left is no reason not to work: it is found again with the next start, or by its own job.
  std::stop_source soon;  // either of the two
  const std::stop_callback on_drain(stop.drain, [&soon] { soon.request_stop(); });
  const std::stop_callback on_stop(stop.stop, [&soon] { soon.request_stop(); });
  auto taking_up = take_up_interrupted(*services, ImageLimits().max_bytes);
  static_cast<void>(co_await until_stopped(*this, std::move(taking_up), soon.get_token()));
  Worker worker(*services->jobs, parts_->pool, system_clock(), std::move(handlers), std::move(options));
  co_return co_await worker.run(std::move(stop));
}

void Runtime::start(Task<void> task, std::stop_token stop, std::function<void(std::exception_ptr)> on_end) {
  struct Call {
    boost::asio::cancellation_signal cancel;
    std::optional<std::stop_callback<std::function<void()>>> on_stop;
  };
  // Shared with a late cancellation, which may still look at it when the task has ended.
  auto call = std::make_shared<Call>();
  auto& io = parts_->io;
  boost::asio::post(io,
                    [&io, call, task = std::move(task), stop = std::move(stop), on_end = std::move(on_end)]() mutable {
                      auto ended = [call, on_end = std::move(on_end)](std::exception_ptr thrown) {
                        call->on_stop.reset();
                        on_end(std::move(thrown));
                      };
                      boost::asio::co_spawn(io, std::move(task),
                                            boost::asio::bind_cancellation_slot(call->cancel.slot(), std::move(ended)));
                      if (!stop.stop_possible()) return;
                      // Only now: a cancellation before the task began would not reach it. Weak, because the callback
                      // is a part of the call.
                      call->on_stop.emplace(std::move(stop), [&io, weak = std::weak_ptr<Call>(call)] {
                        boost::asio::post(io, [weak] {
                          if (const auto running = weak.lock())
                            running->cancel.emit(boost::asio::cancellation_type::terminal);
                        });
                      });
                    });
}

Task<Result<Replay>> Runtime::replay(std::string job_id) {
  const auto services = co_await pool().run([this] { return this->services(); });
  if (!services) co_return services.error();
  auto find = [&] { return services->jobs->find(job_id); };
  const auto job = co_await pool().run(find);
  if (!job) co_return job.error();
  if (!*job) co_return Error(Errc::not_found, "job " + job_id + ": there is none");
  auto* const maker = workflow((*job)->kind);
  if (maker == nullptr)
    co_return Error(Errc::unsupported, "job " + job_id + ": its kind is " + in_quotes((*job)->kind) +
                                           ", which this version does not know");
  co_return co_await maker->replay(*services, std::move(job_id));
}

}  // namespace imagegen
