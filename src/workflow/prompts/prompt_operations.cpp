#include <imagegen/workflow/prompts.hpp>

#include "workflow/operation_support.hpp"
#include "workflow/prompts/open_prompts.hpp"
#include "workflow/prompts/prompt_fields.hpp"
#include "workflow/prompts/prompts_kind.hpp"

namespace imagegen {
namespace prompt_operation {
namespace {

// What the workflow answered to a HTTP route, as an outcome.
OperationOutcome outcome_of(PromptAnswer given) {
  if (!given.error) return OperationResult{std::move(given.body)};
  auto failure = to_failure(std::move(*given.error));
  if (given.status == 503 || given.status == 504) failure.error.retry = Retry::later;
  failure.faults = std::move(given.faults);
  failure.http_status = given.status;
  failure.body = std::move(given.body);
  return failure;
}

Task<Result<PromptServices>> services_of(OperationContext& context) {
  auto& host = context.host;
  auto services = co_await host.pool().run([&host] { return prompt_services(host); });
  if (context.stop.stop_requested()) co_return stopped_in_time();
  co_return services;
}

OperationFailure refuse(std::vector<FieldFault> faults) {
  return std::get<OperationFailure>(outcome_of(refuse_request(std::move(faults))));
}

Task<OperationOutcome> enhance(OperationContext& context, EnhanceRequest request) {
  // It keeps nothing, so no state is opened for it.
  auto services = enhancing_services(context.host);
  auto given = co_await enhance_prompt(std::move(services), prompt_options(context.host), std::move(request));
  // Its text may have been bought where a model was asked. What the host's own enhancer or the rules do costs nothing.
  const bool may_cost = !prompts_in(context.host).has_hosts_enhancer;
  if (given.error && given.error->delivery == Delivery::unknown && !may_cost)
    given.error->delivery = Delivery::not_sent;
  co_return outcome_of(std::move(given));
}

struct ExecuteCall {
  ExecuteRequest request;
  std::string owner;
};

json::Fields<ExecuteCall> execute_fields() {
  json::Fields<ExecuteCall> fields("", {});
  return fields.with(&ExecuteCall::request, json::fields_of_type<ExecuteRequest>())
      .also({"", {json::field("owner", &ExecuteCall::owner, "whose job it is, and whose budget it counts against")}});
}

Task<OperationOutcome> execute(OperationContext& context, ExecuteCall wanted) {
  if (const auto known = check_user_budget(context.host.config().budgets, wanted.owner); !known) {
    std::vector<FieldFault> nobody{{"owner", known.error().message}};
    co_return to_failure(std::move(nobody));
  }
  auto services = co_await services_of(context);
  if (!services) co_return to_unavailable(services.error());
  co_return outcome_of(co_await execute_prompt(*services, prompt_options(context.host), std::move(wanted.owner),
                                               std::move(wanted.request)));
}

using ToJob = Task<PromptAnswer> (*)(PromptServices, std::string, std::optional<std::string>);

template <ToJob work>
Task<OperationOutcome> answer_with(OperationContext& context, JobAddress address) {
  auto services = co_await services_of(context);
  if (!services) co_return to_unavailable(services.error());
  auto given = co_await work(*services, std::move(address.id), std::move(address.owner));
  co_return outcome_of(std::move(given));
}

Task<OperationOutcome> list(OperationContext& context, JobQuery query) {
  auto services = co_await services_of(context);
  if (!services) co_return to_unavailable(services.error());
  co_return outcome_of(co_await list_prompt_jobs(*services, std::move(query)));
}

constexpr std::string_view kEnhanceBody[] = {"intent", "prompt"};
constexpr std::string_view kExecuteBody[] = {"intent", "rawPrompt", "finalPrompt", "imageCount"};
constexpr QueryField kListQuery[] = {{"state"}, {"after"}, {"limit", true}};
constexpr Route kEnhanceRoutes[] = {{"POST", "/enhance-prompt", Access::with_role, 200, "", kEnhanceBody}};
constexpr Route kExecuteRoutes[] = {{"POST", "/execute-prompt", Access::with_role, 202, "owner", kExecuteBody}};
constexpr Route kGetRoutes[] = {{"GET", "/job-status/{jobId}", Access::with_role, 200, "owner"}};
constexpr Route kRetryRoutes[] = {{"POST", "/retry-job/{jobId}", Access::with_role, 200, "owner"}};
constexpr Route kCancelRoutes[] = {{"POST", "/cancel-job/{jobId}", Access::with_role, 200, "owner"}};
constexpr Route kListRoutes[] = {{"GET", "/job-list", Access::with_role, 200, "owner", {}, kListQuery}};

// What is done with one job.
template <class R>
Operation of_a_job(std::string_view name, std::string_view summary,
                   Task<OperationOutcome> (*run)(OperationContext&, JobAddress), std::span<const Route> routes) {
  auto made = operation({.name = name, .summary = summary, .subject = "jobId"}, job_address_fields("jobId"),
                        json::fields_of_type<R>(), run);
  return with_routes(std::move(made), routes);
}

Operation prompts_enhance() {
  auto made =
      operation({.name = "prompts.enhance",
                 .summary = "Makes a better prompt for the user to approve, and tells what pictures of it "
                            "would cost.",
                 .may_buy = true},
                json::fields_of_type<EnhanceRequest>(), json::fields_of_type<EnhancedPrompt>(), enhance, refuse);
  return with_routes(std::move(made), kEnhanceRoutes);
}

Operation prompts_execute() {
  auto made = operation(
      {.name = "prompts.execute", .summary = "Queues a job that buys pictures of exactly the approved prompt."},
      execute_fields(), json::fields_of_type<QueuedPromptJob>(), execute, refuse);
  return with_routes(std::move(made), kExecuteRoutes);
}

Operation prompts_list() {
  auto made = operation({.name = "prompts.list", .summary = "Lists prompt jobs, newest first."}, job_query_fields(),
                        json::fields_of_type<PromptJobList>(), list);
  return with_routes(std::move(made), kListRoutes);
}

std::vector<Operation> all_operations() {
  return {
      prompts_enhance(),
      prompts_execute(),
      of_a_job<PromptJobView>("prompts.get", "Tells how a prompt job stands.", answer_with<prompt_job_status>,
                              kGetRoutes),
      of_a_job<QueuedPromptJob>("prompts.retry",
                                "Queues a failed prompt job again; pictures that were paid for are kept.",
                                answer_with<retry_prompt_job>, kRetryRoutes),
      of_a_job<PromptJobView>("prompts.cancel", "Cancels a prompt job that has not ended, or asks its worker to stop.",
                              answer_with<cancel_prompt_job>, kCancelRoutes),
      prompts_list(),
  };
}

}  // namespace
}  // namespace prompt_operation

std::span<const Operation> prompt_operations() {
  static const auto& all = *new std::vector<Operation>(prompt_operation::all_operations());
  return all;
}

}  // namespace imagegen
