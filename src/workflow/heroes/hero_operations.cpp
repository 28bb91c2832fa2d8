#include <imagegen/image/encode.hpp>
#include <imagegen/workflow/heroes.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>

#include "workflow/heroes/hero_fields.hpp"
#include "workflow/heroes/heroes_kind.hpp"
#include "workflow/operation_support.hpp"
#include "workflow/until_stopped.hpp"

namespace imagegen {
namespace hero_operation {
namespace {

namespace js = boost::json;
using json::field;

struct GenerateRequest {
  std::string work_item_id, user;
  std::optional<js::object> pack;
  HeroRequest heroes;
  std::optional<Usd> budget;
  std::optional<std::string> prompt_template;
  std::optional<bool> allow_unknown_price, again_when_unknown;
  bool fresh = false, contact_sheet = false;
};

json::Fields<GenerateRequest> request_fields() {
  using Q = GenerateRequest;
  json::Fields<Q> fields(
      "HeroRequest",
      {field("workItemId", &Q::work_item_id).required(),
       field("lifestylePack", &Q::pack, "of version 2; absent: the runtime's are asked").formerly("pack")});
  return fields.with(&Q::heroes, json::fields_of_type<HeroRequest>())
      .also({"",
             {field("user", &Q::user, "the user's id, for budgets and limits"),
              field("budget", &Q::budget, "US dollars; a higher estimate is refused"),
              field("fresh", &Q::fresh, "buy new masters in place of kept ones; implies overwrite"),
              field("promptTemplate", &Q::prompt_template, "in place of the one that is built in"),
              field("allowUnknownPrice", &Q::allow_unknown_price, "under a budget, buy also what has no known price"),
              field("buyAgainWhenUnknown", &Q::again_when_unknown,
                    "buy again what a run that was cut off may have bought; it may then be paid twice"),
              field("contactSheet", &Q::contact_sheet, "also a page and a picture of all files")}});
}

HeroOptions options_of(WorkflowHost& host, const GenerateRequest& request) {
  auto options = hero_options(host);
  if (request.budget) options.budget = request.budget;
  if (request.prompt_template) options.prompt_template = *request.prompt_template;
  if (request.allow_unknown_price) options.allow_unknown_price = *request.allow_unknown_price;
  if (request.again_when_unknown) options.again_when_unknown = *request.again_when_unknown;
  options.fresh_masters = request.fresh;
  options.booking.user = request.user;
  return options;
}

bool may_have_cost(const std::vector<HeroFailure>& failed) {
  return std::ranges::any_of(failed, [](const HeroFailure& failure) { return failure.maybe_spent; });
}

// One error for many: what they have in common.
Error summed_up(const std::vector<HeroFailure>& failed, const std::string& message) {
  if (failed.empty()) return {Errc::internal, message};
  Error error = failed.front().error;
  const bool alike = std::ranges::all_of(failed, [&](const HeroFailure& f) { return f.error.code == error.code; });
  if (!alike) error.code = Errc::unavailable;
  const bool later = std::ranges::all_of(failed, [](const HeroFailure& f) { return f.error.retry != Retry::never; });
  error.retry = later ? Retry::later : Retry::never;
  error.message = message.empty() ? error.message : message + ": " + error.message;
  return error;
}

Error error_of(const HeroRefusal& refusal) {
  switch (refusal.status) {
    case 400:
      return {Errc::invalid_argument, refusal.message};
    case 402:
      return {Errc::budget_exceeded, refusal.message};
    case 404:
      return {Errc::not_found, refusal.message};
    case 502:
      return summed_up(refusal.failed, refusal.message);
    default: {
      Error error{Errc::internal, refusal.message};
      if (refusal.maybe_spent) error.delivery = Delivery::unknown;
      return error;
    }
  }
}

OperationFailure failure_of(const HeroOutcome& outcome) {
  const auto& refusal = std::get<HeroRefusal>(outcome);
  auto failure = to_failure(error_of(refusal));
  failure.http_status = refusal.status;
  failure.body = to_json(outcome);
  failure.faults = refusal.faults;
  failure.spent = refusal.maybe_spent || may_have_cost(refusal.failed);
  return failure;
}

// What was cut short is a failure, but its body says what was reached and what it cost.
OperationFailure cut_short(const HeroOutcome& outcome) {
  auto failure = to_failure(Error{Errc::cancelled, "the call was cancelled; what was finished stays finished"});
  failure.body = to_json(outcome);
  if (const auto* result = std::get_if<HeroResult>(&outcome))
    failure.spent = result->cost.images_bought > 0 || may_have_cost(result->failed);
  else
    failure.spent = may_have_cost(std::get<HeroRefusal>(outcome).failed);
  return failure;
}

bool has_cancelled(const HeroOutcome& outcome) {
  const auto* result = std::get_if<HeroResult>(&outcome);
  const auto& failed = result ? result->failed : std::get<HeroRefusal>(outcome).failed;
  return std::ranges::any_of(failed, [](const HeroFailure& f) { return f.error.code == Errc::cancelled; });
}

Task<Result<std::string>> find_pack(OperationContext& context, const GenerateRequest& request) {
  if (request.pack) co_return js::serialize(*request.pack);
  auto* packs = lifestyle_packs(context.host);
  if (!packs) {
    co_return Error{
        Errc::not_found,
        "lifestylePack: expected one in the request, or a source of them in the configuration (\"lifestylePacks\")"};
  }
  if (context.stop.stop_requested()) co_return stopped_in_time();
  co_return co_await until_stopped(context.host, packs->find(request.work_item_id), context.stop);
}

// The page and the picture. The work is done and paid for: a sheet that cannot be made, or for which nobody waits, does
// not change what came of it.
Task<std::vector<SharedBytes>> contact_sheet_of(OperationContext& context, const HeroResult& result) {
  if (context.stop.stop_requested()) co_return std::vector<SharedBytes>();
  auto& host = context.host;
  auto making = hero_contact_sheet(host.planning_services().store, host.pool(), result);
  const auto sheet = co_await until_stopped(host, std::move(making), context.stop);
  if (!sheet) co_return std::vector<SharedBytes>();
  auto work = [&] {
    std::vector<SharedBytes> files;
    auto png = encode_png(contact_sheet_picture(*sheet));
    if (!png) return files;
    files.emplace_back(to_bytes(contact_sheet_html(*sheet)));
    files.emplace_back(std::move(*png));
    return files;
  };
  co_return co_await host.pool().run(work);
}

OperationFailure refuse(std::vector<FieldFault> faults) {
  return failure_of(invalid_request(std::move(faults)));
}

Task<Answer<HeroResult>> generate(OperationContext& context, GenerateRequest request) {
  const auto text = co_await find_pack(context, request);
  if (!text && text.error().code == Errc::not_found) {
    auto refusal = lifestyle_pack_not_found();
    refusal.message = text.error().message;
    co_return failure_of(refusal);
  }
  if (!text && text.error().code == Errc::invalid_argument) {
    std::vector<FieldFault> faults{{"workItemId", text.error().message}};
    co_return refuse(std::move(faults));
  }
  if (!text) co_return to_unavailable(text.error());
  auto pack = parse_lifestyle_pack(*text);
  if (auto* faults = std::get_if<std::vector<FieldFault>>(&pack)) co_return refuse(std::move(*faults));
  auto report = [&context](const HeroProgress& progress) { context.progress(fields_of(&progress).write(progress)); };
  auto options = options_of(context.host, request);
  options.stop_buying = context.drain;
  auto outcome = co_await heroes_of(context.host, std::move(options), request.work_item_id,
                                    std::get<LifestylePack>(std::move(pack)), request.heroes, report, context.stop);
  if (context.stop.stop_requested() && has_cancelled(outcome)) co_return cut_short(outcome);
  if (std::holds_alternative<HeroRefusal>(outcome)) co_return failure_of(outcome);
  Answered<HeroResult> done{std::get<HeroResult>(std::move(outcome))};
  if (request.contact_sheet && !done.result.dry_run) done.bytes = co_await contact_sheet_of(context, done.result);
  co_return done;
}

constexpr std::string_view kGenerateBody[] = {"shotIds", "dryRun", "overwrite"};
constexpr Route kGenerateRoutes[] = {
    {"POST", "/{workItemId}/generate-lifestyle-heroes", Access::with_role, 200, "user", kGenerateBody}};

Operation heroes_generate() {
  auto made = operation({.name = "heroes.generate",
                         .summary = "Makes the lifestyle heroes of a work item: one master a shot, cut into every size "
                                    "of its pack.",
                         .bytes_out = "with contactSheet: the page (HTML) and the picture (PNG)",
                         .files = {{"contactSheet.html", true}, {"contactSheet.png"}},
                         .drains = true,
                         .may_buy = true},
                        request_fields(), json::fields_of_type<HeroResult>(), generate, refuse);
  made.description.progress_schema = json::write(json::fields_of_type<HeroProgress>().schema(json::Use::result));
  made.ends_by_stop_token = true;
  made.routes = kGenerateRoutes;
  return made;
}

}  // namespace
}  // namespace hero_operation

std::span<const Operation> hero_operations() {
  static const auto& all = *new std::vector<Operation>{hero_operation::heroes_generate()};
  return all;
}

}  // namespace imagegen
