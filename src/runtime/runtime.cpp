#include <imagegen/core/shown_text.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/workflow/interrupted.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <future>
#include <mutex>
#include <thread>

#include "runtime/hero_call.hpp"
#include "runtime/open_enhancer.hpp"
#include "runtime/open_providers.hpp"
#include "runtime/open_store.hpp"
#include "runtime/until_stopped.hpp"

namespace imagegen {
namespace {

std::size_t threads_for(std::size_t asked) {
  return asked > 0 ? asked : std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

// Enough that the pool has something to cut while other masters come and go over the network.
std::size_t masters_in_memory(const RuntimeConfig& config, std::size_t threads) {
  return config.heroes_in_memory > 0 ? config.heroes_in_memory : 2 + 2 * threads;
}

Result<PriceTable> prices_for(const RuntimeConfig& config) {
  if (config.prices_json.empty()) return PriceTable::built_in();
  auto own = PriceTable::parse(config.prices_json);
  if (!own) return own.error();
  return PriceTable::built_in().overridden_by(*own);
}

// Documents and environment were checked as they were read; a C++ host fills in what it likes.
Result<void> check_budgets(const RuntimeConfig& config) {
  const auto& [job, user, day, total, ignored] = config.budgets;
  const std::pair<std::string_view, const std::optional<Usd>&> limits[] = {{"budgets.job", job},
                                                                           {"budgets.user", user},
                                                                           {"budgets.day", day},
                                                                           {"budgets.total", total},
                                                                           {"heroes.budget", config.heroes.budget}};
  for (const auto& [name, limit] : limits) {
    if (!limit || (*limit >= Usd{} && *limit <= kMostUsd)) continue;
    return Error{Errc::invalid_argument, std::string(name) + ": " + expected_usd() + ", got " + to_string(*limit)};
  }
  return {};
}

// A call that broke after it may have bought something.
HeroRefusal broken_off(std::string message) {
  auto refusal = internal_error(std::move(message));
  refusal.maybe_spent = true;
  return refusal;
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
        places(masters_in_memory(config, pool.threads())),
        events(std::move(given.events)),
        given_providers(std::move(given.providers)),
        enhancer(std::move(given.enhancer)),
        packs(std::move(given.packs)),
        metadata(std::move(given.metadata)) {
    stored.store = std::move(given.store);
    config.heroes.budgets = config.prompts.budgets = config.budgets;
    config.heroes.route = config.prompts.route = config.route;
  }

  // Parts of later lines use those of earlier ones, and go first. The pool's threads post to `io`, and may still be on
  // their way out of that when a caller has its result: the pool is joined before `io` goes.
  RuntimeConfig config;
  boost::asio::io_context io{1};
  ThreadPool pool;
  Places places;                     // of heroes' masters in memory, over all calls
  std::shared_ptr<HttpClient> http;  // shared with an enhancer's call that was let go of
  PriceTable prices = PriceTable::built_in();
  std::unique_ptr<EventSink> events;
  std::vector<std::unique_ptr<ImageProvider>> given_providers;  // until they are among the others
  ProviderSet providers;
  Runtime* owner = nullptr;  // set before anything runs
  OpenedStore stored;
  std::shared_ptr<PromptEnhancer> enhancer;
  std::unique_ptr<PackSource> packs;
  std::unique_ptr<MetadataStore> metadata;  // until it is part of the state
  bool tells_events = false;
  std::unique_ptr<Ledger> scratch = make_memory_ledger();  // for dry runs, which book nothing
  std::unique_ptr<JobStore> no_jobs = make_memory_job_store();  // for what is no job
  std::mutex state_mutex;
  std::optional<State> state, looked_at;
  std::unique_ptr<Spool> folder_spool;  // where the state has none
  std::unique_ptr<StoreProbe> probe;
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
    if (const auto opened = open_enhancer_part(); !opened) return opened.error();
    if (!packs && !config.packs.empty()) packs = make_folder_pack_source(config.packs, pool);
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

  Result<void> open_enhancer_part() {
    if (enhancer) return {};
    auto better = open_enhancer(config, http, system_clock());
    if (!better) return better.error();
    enhancer = std::move(*better);
    return {};
  }

  Result<void> open_providers() {
    const bool has_own = !given_providers.empty();
    std::vector<std::string> own;
    for (const auto& given : given_providers) own.push_back(given->capability().provider);
    for (auto& given : given_providers)
      if (const auto added = add_provider(std::move(given)); !added) return added.error();
    auto configured = imagegen::open_providers(config, has_own, *http, pool);
    if (!configured) return configured.error();
    for (auto& opened : *configured)
      if (const auto added = add_provider(std::move(opened)); !added) return added.error();
    const auto route = choose_all(providers, config.route);
    if (!route) return in_context(route.error(), "route");
    return has_own ? check_own_route(own) : Result<void>();
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
    parts->enhancer.reset();
    parts->http.reset();
  });
  parts_->io_thread.join();
}

Result<std::unique_ptr<Runtime>> Runtime::open(RuntimeConfig config, RuntimeParts given) {
  if (const auto checked = check_budgets(config); !checked) return checked.error();
  auto parts = std::make_unique<Parts>(std::move(config), std::move(given));
  if (const auto opened = parts->open(); !opened) return opened.error();
  auto* const wired = parts.get();
  std::unique_ptr<Runtime> made(new Runtime(std::move(parts)));
  wired->owner = made.get();
  return made;
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

PackSource* Runtime::packs() noexcept {
  return parts_->packs.get();
}

HeroServices Runtime::hero_services(Ledger& ledger) noexcept {
  HeroServices services{parts_->work_services(ledger), *parts_->events};
  services.places = &parts_->places;
  return services;
}

Result<HeroServices> Runtime::hero_services() {
  const auto opened = state();
  if (!opened) return opened.error();
  return hero_services(**opened);
}

HeroServices Runtime::hero_services(State& state) noexcept {
  auto services = hero_services(*state.ledger);
  services.metadata = state.metadata.get();
  services.jobs = state.jobs.get();
  services.spool = parts_->spool();
  services.probe = parts_->probe.get();
  return services;
}

Result<State*> Runtime::state() {
  const std::lock_guard lock(parts_->state_mutex);
  if (!parts_->state) {
    auto opened = parts_->open_kept(parts_->config.state.opening);
    if (!opened) return opened.error();
    if (parts_->metadata) opened->metadata = std::move(parts_->metadata);
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

PromptServices Runtime::enhancing_services() noexcept {
  PromptServices services{parts_->work_services(*parts_->scratch), parts_->enhancer};
  services.jobs = parts_->no_jobs.get();
  return services;
}

Result<PromptServices> Runtime::prompt_services() {
  const auto opened = state();
  if (!opened) return opened.error();
  const State& kept = **opened;
  PromptServices services{parts_->work_services(*kept.ledger), parts_->enhancer};
  services.jobs = kept.jobs.get();
  services.metadata = kept.metadata.get();
  services.spool = parts_->spool();
  services.probe = parts_->probe.get();
  return services;
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
  auto services = co_await pool().run([this] { return prompt_services(); });
  if (!services) co_return services.error();
  if (options.name.empty()) options.name = worker_name();
  options.permits = parts_->state->permits.get();
  if (!options.announce) options.announce = announcer(stop.stop);
  PermitGate gate(*parts_->state->permits, parts_->pool, system_clock(), options.name, config().limits,
                  options.lease);
  services->permits = &gate;
  auto heroes = hero_services(*parts_->state);
  heroes.permits = &gate;
  std::map<std::string, JobHandler> handlers;
  handlers.emplace(kPromptJobKind, prompt_job_handler(*services, config().prompts));
  handlers.emplace(kHeroJobKind, hero_job_handler(heroes, config().heroes));
  // What others have left is no reason not to work: it is found again with the next start, or by its own job.
  std::stop_source soon;  // either of the two
  const std::stop_callback on_drain(stop.drain, [&soon] { soon.request_stop(); });
  const std::stop_callback on_stop(stop.stop, [&soon] { soon.request_stop(); });
  auto taking_up = take_up_interrupted(*services, config().prompts.limits.max_bytes);
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

void Runtime::wait_until_done(Task<void> task, std::stop_token stop) {
  // Shared, because the I/O thread may still be on its way out of set_value() when the waiting thread goes on.
  auto done = std::make_shared<std::promise<void>>();
  auto ended = done->get_future();
  start(std::move(task), std::move(stop), [done](std::exception_ptr thrown) {
    if (thrown)
      done->set_exception(std::move(thrown));
    else
      done->set_value();
  });
  ended.get();
}

Task<HeroOutcome> Runtime::heroes(HeroOptions options, std::string work_item_id, LifestylePack pack,
                                  HeroRequest request, HeroProgressFn progress, std::stop_token stop) {
  co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
  options.budgets = config().budgets;
  const bool buys = !request.dry_run;
  std::string unexpected;
  try {
    const auto planned = plan_heroes(hero_services(*parts_->scratch), options, pack, request);
    if (const auto* faults = std::get_if<std::vector<FieldFault>>(&planned)) co_return invalid_request(*faults);
    if (const auto known = check_user_budget(options.budgets, options.booking.user); !known) {
      std::vector<FieldFault> nobody{{"user", known.error().message}};
      co_return invalid_request(std::move(nobody));
    }
    if (!request.dry_run) {
      if (work_item_id.find_first_not_of(" \t\r\n") == std::string::npos) {
        std::vector<FieldFault> blank{{"workItemId", "expected the id of a work item, got a blank one"}};
        co_return invalid_request(std::move(blank));
      }
      const auto opened = co_await pool().run([this] { return state(); });
      if (!opened) co_return internal_error("the state: " + opened.error().message);
      const auto route = choose_all(providers(), options.route);
      if (!route) co_return internal_error("the route: " + route.error().message);
      auto order = hero_order(options, work_item_id, pack, request, order_of(*route), std::get<HeroPlan>(planned));
      HeroCall call(*this, **opened, options, std::move(order), progress, stop);
      auto done = co_await call.run();
      if (!done) co_return broken_off("the job: " + done.error().message);
      if (*done) co_return std::move(**done);
      // It was stopped: what follows only says so.
      std::stop_source over;
      over.request_stop();
      options.stop_buying = stop = over.get_token();
    }
    auto run = imagegen::run_heroes(hero_services(*parts_->scratch), std::move(options), std::move(work_item_id),
                                    std::move(pack), std::move(request), std::move(progress));
    co_return co_await until_stopped(*this, std::move(run), std::move(stop));
  } catch (const std::exception& thrown) {
    unexpected = thrown.what();
  }
  if (buys) co_return broken_off(std::move(unexpected));
  co_return internal_error(std::move(unexpected));
}

Task<Result<Replay>> Runtime::replay(std::string job_id) {
  const auto services = co_await pool().run([this] { return prompt_services(); });
  if (!services) co_return services.error();
  auto& kept = *parts_->state;
  auto find = [&] { return kept.jobs->find(job_id); };
  const auto job = co_await pool().run(find);
  if (!job) co_return job.error();
  if (*job && (*job)->kind == kHeroJobKind)
    co_return co_await replay_hero_job(hero_services(kept), config().heroes, *kept.jobs, job_id);
  co_return co_await replay_prompt_job(*services, config().prompts, job_id);
}

HeroOutcome Runtime::run_heroes(HeroOptions options, std::string work_item_id, LifestylePack pack, HeroRequest request,
                                HeroProgressFn progress, std::stop_token stop) {
  return wait(heroes(std::move(options), std::move(work_item_id), std::move(pack), std::move(request),
                     std::move(progress), std::move(stop)));
}

HeroOutcome Runtime::run_heroes(std::string work_item_id, LifestylePack pack, HeroRequest request,
                                HeroProgressFn progress, std::stop_token stop) {
  return run_heroes(config().heroes, std::move(work_item_id), std::move(pack), std::move(request), std::move(progress),
                    std::move(stop));
}

}  // namespace imagegen
