#include <imagegen/maker/core/let_go.hpp>
#include <imagegen/core/size_offer.hpp>
#include <imagegen/maker/workflow/price_query.hpp>
#include <imagegen/workflow/prompts/prompt_workflow.hpp>

#include <boost/json.hpp>

#include <array>
#include <utility>

#include "json/write.hpp"
#include "workflow/prompts/enhanced_prompt.hpp"
#include "workflow/prompts/prompt_fields.hpp"
#include "workflow/prompts/prompt_request.hpp"
#include "workflow/store_prefixes.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

PromptAnswer refuse(int status, std::string_view name, Error error) {
  auto body = json::write(js::object{{"ok", false}, {"error", name}, {"message", error.message}});
  return {status, std::move(body), std::move(error)};
}

PromptAnswer unavailable(const Error& error) {
  return refuse(503, to_string(error.code), error);
}

PromptAnswer no_such_job(const std::string& job_id) {
  return refuse(404, "JOB_NOT_FOUND", {Errc::not_found, "there is no prompt job " + job_id});
}

std::string queued(const std::string& job_id) {
  const QueuedPromptJob job{job_id};
  return json::write(fields_of(&job).write(job));
}

std::optional<Usd> price_of_one(const PromptServices& services, const std::vector<ChosenModel>& route,
                                const ImageRequest& wish) {
  return estimate_of(services.prices, route, wish).amount;
}

// What 1 to 5 images may cost, so that a page can show it beside the prompt.
std::vector<std::optional<Usd>> estimates(const PromptServices& services, const PromptOptions& options,
                                          const std::string& prompt) {
  std::vector<std::optional<Usd>> list;
  const auto route = choose_all(services.providers, options.route);
  const auto amount = route ? price_of_one(services, *route, prompt_image_request(route->front(), options, prompt))
                            : std::nullopt;
  for (int count = 1; count <= kMostImages; ++count) list.push_back(amount ? std::optional(*amount * count) : std::nullopt);
  return list;
}

// Has the enhancer in its own hands, because it may go on when nobody waits any more.
Task<Result<std::string>> ask(std::shared_ptr<PromptEnhancer> enhancer, EnhanceRequest request, Deadline deadline) {
  co_return co_await enhancer->enhance(std::move(request), deadline);
}

// What every model of a route takes. A character has at most 4 bytes.
std::size_t most_chars(const std::vector<ChosenModel>& route) {
  std::size_t most = SIZE_MAX;
  for (const ChosenModel& chosen : route) {
    const PromptLimit& limit = chosen.model->prompt;
    most = std::min(most, limit.unit == LengthUnit::bytes ? limit.most / 4 : limit.most);
  }
  return most;
}

Task<Result<std::string>> enhanced_in_time(PromptServices& services, const PromptOptions& options, EnhanceRequest request, Deadline deadline) {
  const auto route = choose_all(services.providers, options.route);
  if (!route) co_return route.error();
  request.max_chars = most_chars(*route);
  const auto max_chars = request.max_chars;
  auto asking = ask(services.enhancer, std::move(request), deadline);
  auto enhanced = co_await let_go_at(services.clock, deadline, std::move(asking));
  if (!enhanced) co_return enhanced;
  if (const auto checked = check_enhanced(*enhanced, max_chars); !checked) co_return checked.error();
  co_return enhanced;
}

// Nothing when there is none, it is of another kind, or another's than the one in whose name it is asked for.
Result<std::optional<Job>> find_prompt_job(JobStore& jobs, const std::string& id,
                                           const std::optional<std::string>& owner) {
  auto found = jobs.find(id);
  if (!found || !*found) return found;
  if ((*found)->kind != kPromptJobKind || (owner && (*found)->owner != *owner)) return std::optional<Job>();
  return found;
}

template <class Change>
Result<std::optional<Job>> changed_prompt_job(JobStore& jobs, const std::string& id,
                                              const std::optional<std::string>& owner, const Change& change) {
  const auto found = find_prompt_job(jobs, id, owner);
  if (!found || !*found) return found;
  auto changed = change(id);
  if (!changed) return changed.error();
  return std::optional(std::move(*changed));
}

template <class Call>
auto on_pool(const PromptServices& services, Call call) {
  return services.pool.run(std::move(call));
}

}  // namespace

PromptAnswer refuse_request(std::vector<FieldFault> faults) {
  js::array list;
  for (const FieldFault& fault : faults) list.push_back({{"path", fault.path}, {"message", fault.message}});
  auto body = json::write(js::object{{"ok", false}, {"error", "INVALID_REQUEST"}, {"faults", std::move(list)}});
  return {400, std::move(body), to_error("the request is wrong:", faults), std::move(faults)};
}

ImageRequest prompt_image_request(const ChosenModel& chosen, const PromptOptions& options, const std::string& prompt) {
  ImageRequest request;
  request.quality = chosen.asked.quality;
  request.prompt.text = prompt;
  const std::array wanted{options.size};
  request.size = choose_master_size(chosen.model->sizes, wanted);
  return request;
}

ObjectKey prompt_master_key(const std::string& job_id, int slot) {
  return ObjectKey::parse(std::string(kMastersPrefix) + "prompts/" + job_id + "-" + std::to_string(slot)).value();
}

Task<PromptAnswer> enhance_prompt(PromptServices services, PromptOptions options, std::string body) {
  auto parsed = parse_enhance_request(body);
  if (auto* faults = std::get_if<std::vector<FieldFault>>(&parsed)) co_return refuse_request(std::move(*faults));
  co_return co_await enhance_prompt(std::move(services), std::move(options), std::get<EnhanceRequest>(std::move(parsed)));
}

Task<PromptAnswer> enhance_prompt(PromptServices services, PromptOptions options, EnhanceRequest request) {
  const auto deadline = deadline_after(services.clock, options.enhance_timeout);
  const auto enhanced = co_await enhanced_in_time(services, options, std::move(request), deadline);
  if (!enhanced && enhanced.error().code == Errc::deadline_exceeded) {
    auto late = enhanced.error();
    late.message = "no answer within " + std::to_string(options.enhance_timeout.count()) + " ms; try again";
    co_return refuse(504, "ENHANCE_TIMEOUT", std::move(late));
  }
  if (!enhanced) co_return refuse(502, "ENHANCE_FAILED", enhanced.error());
  EnhancedPrompt answer{*enhanced, estimates(services, options, *enhanced), {}};
  if (const auto route = choose_all(services.providers, options.route))
    answer.warnings = retirement_warnings(*route, services.clock);
  co_return PromptAnswer{200, json::write(fields_of(&answer).write(answer))};
}

Task<PromptAnswer> execute_prompt(PromptServices services, PromptOptions options, std::string owner, std::string body) {
  auto parsed = parse_execute_request(body);
  if (auto* faults = std::get_if<std::vector<FieldFault>>(&parsed)) co_return refuse_request(std::move(*faults));
  auto request = std::get<ExecuteRequest>(std::move(parsed));
  co_return co_await execute_prompt(std::move(services), std::move(options), std::move(owner), std::move(request));
}

Task<PromptAnswer> execute_prompt(PromptServices services, PromptOptions options, std::string owner,
                                  ExecuteRequest request) {
  const auto route = choose_all(services.providers, options.route);
  if (!route) co_return unavailable(route.error());
  if (const auto served = check_retirement(*route, services.clock); !served) co_return unavailable(served.error());
  const ChosenModel& first = route->front();
  const auto asked = adapt(*first.model, prompt_image_request(first, options, request.final_prompt), Strictness::lenient);
  if (!asked) co_return refuse_request({{"finalPrompt", asked.error().message}});
  NewJob job;
  const auto now = to_timestamp(services.clock.wall_now());
  job.id = new_job_id("imgjob_", now);
  job.kind = kPromptJobKind;
  job.owner = std::move(owner);
  const ApprovedPicture approved{pixels_of(asked->request), price_of_one(services, *route, asked->request)};
  job.input = prompt_job_input(request, order_of(*route), approved);
  auto add = [&] { return services.jobs->add(job, now); };
  const auto added = co_await on_pool(services, add);
  if (!added && added.error().code == Errc::invalid_argument) co_return refuse_request({{"", added.error().message}});
  if (!added) co_return unavailable(added.error());
  co_return PromptAnswer{202, queued(job.id)};
}

Task<PromptAnswer> prompt_job_status(PromptServices services, std::string job_id, std::optional<std::string> owner) {
  auto find = [&] { return find_prompt_job(*services.jobs, job_id, owner); };
  const auto found = co_await on_pool(services, find);
  if (!found) co_return unavailable(found.error());
  if (!*found) co_return no_such_job(job_id);
  co_return PromptAnswer{200, prompt_job_json(**found)};
}

Task<PromptAnswer> list_prompt_jobs(PromptServices services, JobQuery query) {
  query.kind = kPromptJobKind;
  auto list = [&] { return services.jobs->list(query); };
  const auto page = co_await on_pool(services, list);
  if (!page && page.error().code == Errc::invalid_argument) co_return refuse_request({{"", page.error().message}});
  if (!page) co_return unavailable(page.error());
  co_return PromptAnswer{200, prompt_jobs_json(*page)};
}

Task<PromptAnswer> retry_prompt_job(PromptServices services, std::string job_id, std::optional<std::string> owner) {
  auto retry = [&](const std::string& id) {
    return services.jobs->retry(id, to_timestamp(services.clock.wall_now()));
  };
  auto change = [&] { return changed_prompt_job(*services.jobs, job_id, owner, retry); };
  const auto retried = co_await on_pool(services, change);
  if (!retried && retried.error().code == Errc::conflict) co_return refuse(409, "JOB_NOT_FAILED", retried.error());
  if (!retried) co_return unavailable(retried.error());
  if (!*retried) co_return no_such_job(job_id);
  co_return PromptAnswer{200, queued(job_id)};
}

Task<PromptAnswer> cancel_prompt_job(PromptServices services, std::string job_id, std::optional<std::string> owner) {
  auto cancel = [&](const std::string& id) {
    return services.jobs->cancel(id, to_timestamp(services.clock.wall_now()));
  };
  auto change = [&] { return changed_prompt_job(*services.jobs, job_id, owner, cancel); };
  const auto cancelled = co_await on_pool(services, change);
  if (!cancelled && cancelled.error().code == Errc::conflict)
    co_return refuse(409, "JOB_HAS_ENDED", cancelled.error());
  if (!cancelled) co_return unavailable(cancelled.error());
  if (!*cancelled) co_return no_such_job(job_id);
  co_return PromptAnswer{200, prompt_job_json(**cancelled)};
}

}  // namespace imagegen
