#include <imagegen/workflow/prompts.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "workflow/operation_support.hpp"
#include "workflow/prompts/open_prompts.hpp"
#include "workflow/prompts/prompts_kind.hpp"

namespace imagegen {
namespace prompt_operation {
namespace {

namespace js = boost::json;
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

Task<OperationOutcome> enhance(OperationContext& context, js::object request) {
  // It keeps nothing, so no state is opened for it.
  auto given = co_await enhance_prompt(enhancing_services(context.host), prompt_options(context.host), js::serialize(request));
  // Its text may have been bought where a model was asked. What the host's own enhancer or the rules do costs nothing.
  const bool may_cost = !prompts_in(context.host).has_hosts_enhancer;
  if (given.error && given.error->delivery == Delivery::unknown && !may_cost)
    given.error->delivery = Delivery::not_sent;
  co_return outcome_of(std::move(given));
}

Task<OperationOutcome> execute(OperationContext& context, js::object request) {
  std::string owner;
  if (const auto* given = request.if_contains("owner")) {
    if (!given->is_string()) {
      std::vector<FieldFault> faults{{"owner", "expected a string, got " + json::describe(*given)}};
      co_return to_failure(std::move(faults));
    }
    owner = std::string(given->get_string());
    request.erase("owner");
  }
  if (const auto known = check_user_budget(context.host.config().budgets, owner); !known) {
    std::vector<FieldFault> nobody{{"owner", known.error().message}};
    co_return to_failure(std::move(nobody));
  }
  auto services = co_await services_of(context);
  if (!services) co_return to_unavailable(services.error());
  co_return outcome_of(
      co_await execute_prompt(*services, prompt_options(context.host), std::move(owner), js::serialize(request)));
}

using ToJob = Task<PromptAnswer> (*)(PromptServices, std::string, std::optional<std::string>);

Task<OperationOutcome> answer_with(OperationContext& context, js::object request, ToJob work) {
  auto read = read_job_address(request, "jobId");
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  auto services = co_await services_of(context);
  if (!services) co_return to_unavailable(services.error());
  auto& address = std::get<JobAddress>(read);
  auto given = co_await work(*services, std::move(address.id), std::move(address.owner));
  co_return outcome_of(std::move(given));
}

Task<OperationOutcome> get(OperationContext& context, js::object request) {
  co_return co_await answer_with(context, std::move(request), prompt_job_status);
}

Task<OperationOutcome> retry(OperationContext& context, js::object request) {
  co_return co_await answer_with(context, std::move(request), retry_prompt_job);
}

Task<OperationOutcome> cancel(OperationContext& context, js::object request) {
  co_return co_await answer_with(context, std::move(request), cancel_prompt_job);
}

Task<OperationOutcome> list(OperationContext& context, js::object request) {
  const auto query = read_request(request, read_job_query);
  if (const auto* faults = faults_of(query)) co_return to_failure(*faults);
  auto services = co_await services_of(context);
  if (!services) co_return to_unavailable(services.error());
  co_return outcome_of(co_await list_prompt_jobs(*services, std::get<JobQuery>(query)));
}

constexpr std::string_view kJob = R"({"type": "object", "required": ["jobId", "status"],
  "properties": {"jobId": {"type": "string"}, "status": {"enum": ["QUEUED", "RUNNING", "DONE", "FAILED"]},
    "cdnUrls": {"type": "array", "items": {"type": "string"}}, "intent": {"type": "string"},
    "rawPrompt": {"type": "string"}, "finalPrompt": {"type": "string"}, "imageCount": {"type": "integer"}}})";

constexpr std::string_view kJobId = R"({"type": "object", "additionalProperties": false, "required": ["jobId"],
  "properties": {"jobId": {"type": "string", "minLength": 1},
    "owner": {"type": "string", "description": "in whose name; the jobs of others are not found then"}}})";

constexpr std::string_view kEnhanceBody[] = {"intent", "prompt"};
constexpr std::string_view kExecuteBody[] = {"intent", "rawPrompt", "finalPrompt", "imageCount"};
constexpr QueryField kListQuery[] = {{"state"}, {"after"}, {"limit", true}};
constexpr Route kEnhanceRoutes[] = {{"POST", "/enhance-prompt", Access::with_role, 200, "", kEnhanceBody}};
constexpr Route kExecuteRoutes[] = {{"POST", "/execute-prompt", Access::with_role, 202, "owner", kExecuteBody}};
constexpr Route kGetRoutes[] = {{"GET", "/job-status/{jobId}", Access::with_role, 200, "owner"}};
constexpr Route kRetryRoutes[] = {{"POST", "/retry-job/{jobId}", Access::with_role, 200, "owner"}};
constexpr Route kCancelRoutes[] = {{"POST", "/cancel-job/{jobId}", Access::with_role, 200, "owner"}};
constexpr Route kListRoutes[] = {{"GET", "/job-list", Access::with_role, 200, "owner", {}, kListQuery}};

constexpr Operation kOperations[] = {
    {{"prompts.enhance", "Makes a better prompt for the user to approve, and tells what pictures of it would cost.",
      R"({"type": "object", "additionalProperties": false, "required": ["intent", "prompt"],
          "properties": {"intent": {"type": "string", "minLength": 1}, "prompt": {"type": "string", "minLength": 1}}})",
      R"({"type": "object", "required": ["finalPrompt", "currency", "estimates"],
          "properties": {"finalPrompt": {"type": "string"}, "currency": {"const": "USD"},
            "estimates": {"type": "array", "items": {"type": ["number", "null"]}}}})"},
     enhance,
     false,
     true,
     false,
     kEnhanceRoutes},
    {{"prompts.execute", "Queues a job that buys pictures of exactly the approved prompt.",
      R"({"type": "object", "additionalProperties": false, "required": ["intent", "rawPrompt", "finalPrompt"],
          "properties": {"intent": {"type": "string", "minLength": 1}, "rawPrompt": {"type": "string", "minLength": 1},
            "finalPrompt": {"type": "string", "minLength": 1}, "imageCount": {"type": "number"},
            "owner": {"type": "string"}}})",
      kJob},
     execute,
     false,
     false,
     false,
     kExecuteRoutes},
    {{"prompts.get", "Tells how a prompt job stands.", kJobId, kJob}, get, false, false, false, kGetRoutes},
    {{"prompts.retry", "Queues a failed prompt job again; pictures that were paid for are kept.", kJobId, kJob},
     retry,
     false,
     false,
     false,
     kRetryRoutes},
    {{"prompts.cancel", "Cancels a prompt job that has not ended, or asks its worker to stop.", kJobId, kJob},
     cancel,
     false,
     false,
     false,
     kCancelRoutes},
    {{"prompts.list", "Lists prompt jobs, newest first.",
      R"({"type": "object", "additionalProperties": false,
          "properties": {"owner": {"type": "string"}, "after": {"type": "string"},
            "state": {"enum": ["queued", "running", "succeeded", "partly_succeeded", "failed", "cancelled"]},
            "limit": {"type": "integer", "minimum": 1, "maximum": 1000}}})",
      R"({"type": "object", "required": ["jobs", "next"],
          "properties": {"jobs": {"type": "array"}, "next": {"type": "string"}}})"},
     list,
     false,
     false,
     false,
     kListRoutes},
};

}  // namespace
}  // namespace prompt_operation

std::span<const Operation> prompt_operations() {
  return prompt_operation::kOperations;
}

}  // namespace imagegen
