#include <imagegen/workflow/heroes/hero_calls.hpp>

#include <imagegen/workflow/heroes/hero_job.hpp>

#include <boost/asio/this_coro.hpp>

#include "workflow/heroes/hero_call.hpp"
#include "workflow/heroes/open_heroes.hpp"
#include "workflow/until_stopped.hpp"

namespace imagegen {
namespace {

OpenHeroes& heroes_in(WorkflowHost& host) {
  return static_cast<OpenHeroes&>(*host.workflow(kHeroJobKind));
}

// A call that broke after it may have bought something.
HeroRefusal broken_off(std::string message) {
  auto refusal = internal_error(std::move(message));
  refusal.maybe_spent = true;
  return refusal;
}

HeroRefusal without_state(const Error& why) {
  auto refusal = internal_error("the state: " + why.message);
  refusal.status = 503;
  return refusal;
}

bool is_blank_id(std::string_view work_item_id) {
  return work_item_id.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

const HeroOptions& hero_options(WorkflowHost& host) {
  return heroes_in(host).options;
}

Result<HeroServices> hero_services(WorkflowHost& host) {
  auto services = host.services();
  if (!services) return services.error();
  return heroes_in(host).with_events(std::move(*services));
}

LifestylePackSource* lifestyle_packs(WorkflowHost& host) {
  return heroes_in(host).packs.get();
}

Task<HeroOutcome> heroes_of(WorkflowHost& host, HeroOptions options, std::string work_item_id, LifestylePack pack,
                            HeroRequest request, HeroProgressFn progress, std::stop_token stop) {
  co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
  options.budgets = host.config().budgets;
  const bool buys = !request.dry_run;
  const auto planning = heroes_in(host).with_events(host.planning_services());
  std::string unexpected;
  try {
    const auto planned = plan_heroes(planning, options, pack, request);
    if (const auto* faults = std::get_if<std::vector<FieldFault>>(&planned)) co_return invalid_request(*faults);
    if (const auto known = check_user_budget(options.budgets, options.booking.user); !known) {
      std::vector<FieldFault> nobody{{"user", known.error().message}};
      co_return invalid_request(std::move(nobody));
    }
    if (buys) {
      if (is_blank_id(work_item_id)) {
        std::vector<FieldFault> blank{{"workItemId", "expected the id of a work item, got a blank one"}};
        co_return invalid_request(std::move(blank));
      }
      const auto services = co_await host.pool().run([&host] { return hero_services(host); });
      if (!services) co_return without_state(services.error());
      const auto route = choose_all(planning.providers, options.route);
      if (!route) co_return internal_error("the route: " + route.error().message);
      auto order = hero_order(options, work_item_id, pack, request, order_of(*route), std::get<HeroPlan>(planned));
      HeroCall call(host, *services, **host.permits(), options, std::move(order), progress, stop);
      auto done = co_await call.run();
      if (!done) co_return broken_off("the job: " + done.error().message);
      if (*done) co_return std::move(**done);
      // It was stopped: what follows only says so.
      std::stop_source over;
      over.request_stop();
      options.stop_buying = stop = over.get_token();
    }
    auto run = run_heroes(planning, std::move(options), std::move(work_item_id), std::move(pack), std::move(request),
                          std::move(progress));
    co_return co_await until_stopped(host, std::move(run), std::move(stop));
  } catch (const std::exception& thrown) {
    unexpected = thrown.what();
  }
  if (buys) co_return broken_off(std::move(unexpected));
  co_return internal_error(std::move(unexpected));
}

HeroOutcome run_heroes(WorkflowHost& host, HeroOptions options, std::string work_item_id, LifestylePack pack,
                       HeroRequest request, HeroProgressFn progress, std::stop_token stop) {
  return host.wait(heroes_of(host, std::move(options), std::move(work_item_id), std::move(pack), std::move(request),
                             std::move(progress), std::move(stop)));
}

HeroOutcome run_heroes(WorkflowHost& host, std::string work_item_id, LifestylePack pack, HeroRequest request,
                       HeroProgressFn progress, std::stop_token stop) {
  return run_heroes(host, hero_options(host), std::move(work_item_id), std::move(pack), std::move(request),
                    std::move(progress), std::move(stop));
}

}  // namespace imagegen
