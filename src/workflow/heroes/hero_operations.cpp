#include <imagegen/image/encode.hpp>
#include <imagegen/workflow/heroes.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>

#include "workflow/operation_support.hpp"
#include "workflow/heroes/heroes_kind.hpp"
#include "workflow/until_stopped.hpp"

namespace imagegen {
namespace hero_operation {
namespace {

namespace js = boost::json;
using json::Need;
using json::ObjectReader;

struct GenerateRequest {
  std::string work_item_id, user;
  std::optional<std::string> pack;  // JSON
  HeroRequest heroes;
  std::optional<Usd> budget;
  std::optional<std::string> prompt_template;
  std::optional<bool> allow_unknown_price, again_when_unknown;
  bool fresh = false, contact_sheet = false;
};

// Those fields that a HTTP body has, read by whoever knows them.
HeroRequest read_body(ObjectReader& root) {
  js::object body;
  for (const auto* name : {"shotIds", "dryRun", "overwrite"})
    if (const auto* value = root.value(name)) body[name] = *value;
  auto parsed = parse_hero_request(js::serialize(body));
  if (auto* request = std::get_if<HeroRequest>(&parsed)) return std::move(*request);
  for (const auto& fault : std::get<std::vector<FieldFault>>(parsed)) root.fault(fault.path, fault.message);
  return {};
}

GenerateRequest read_generate(ObjectReader& root) {
  GenerateRequest request;
  request.work_item_id = root.text("workItemId", Need::required);
  if (const auto* pack = root.value("pack")) request.pack = js::serialize(*pack);
  request.heroes = read_body(root);
  request.user = optional_text(root, "user").value_or("");
  request.budget = root.dollars("budget", Need::optional);
  request.prompt_template = optional_text(root, "promptTemplate");
  request.fresh = root.flag("fresh", false);
  request.contact_sheet = root.flag("contactSheet", false);
  if (root.has("allowUnknownPrice")) request.allow_unknown_price = root.flag("allowUnknownPrice", false);
  if (root.has("buyAgainWhenUnknown")) request.again_when_unknown = root.flag("buyAgainWhenUnknown", false);
  return request;
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

std::string_view stage(HeroProgress::Kind kind) {
  switch (kind) {
    case HeroProgress::Kind::planned:
      return "planned";
    case HeroProgress::Kind::buying_master:
      return "buyingMaster";
    case HeroProgress::Kind::have_master:
      return "haveMaster";
    case HeroProgress::Kind::file_done:
      return "fileDone";
    case HeroProgress::Kind::shot_failed:
      return "shotFailed";
  }
  return "planned";
}

js::object to_object(const HeroProgress& progress) {
  return {{"stage", stage(progress.kind)},
          {"shotId", progress.shot_id},
          {"filename", progress.filename},
          {"filesDone", progress.files_done},
          {"filesTotal", progress.files_total}};
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
  if (request.pack) co_return *request.pack;
  auto* packs = hero_packs(context.host);
  if (!packs) {
    co_return Error{Errc::not_found,
                    "pack: expected one in the request, or a source of packs in the configuration (\"packs\")"};
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

Task<OperationOutcome> generate(OperationContext& context, js::object document) {
  const auto read = read_request(document, read_generate);
  if (const auto* faults = faults_of(read)) co_return failure_of(invalid_request(*faults));
  const auto& request = std::get<GenerateRequest>(read);
  const auto text = co_await find_pack(context, request);
  if (!text && text.error().code == Errc::not_found) {
    auto refusal = pack_not_found();
    refusal.message = text.error().message;
    co_return failure_of(refusal);
  }
  if (!text && text.error().code == Errc::invalid_argument) {
    std::vector<FieldFault> faults{{"workItemId", text.error().message}};
    co_return failure_of(invalid_request(std::move(faults)));
  }
  if (!text) co_return to_unavailable(text.error());
  auto pack = parse_lifestyle_pack(*text);
  if (auto* faults = std::get_if<std::vector<FieldFault>>(&pack))
    co_return failure_of(invalid_request(std::move(*faults)));
  auto report = [&context](const HeroProgress& progress) { context.progress(to_object(progress)); };
  auto options = options_of(context.host, request);
  options.stop_buying = context.drain;
  const auto outcome =
      co_await heroes_of(context.host, std::move(options), request.work_item_id,
                         std::get<LifestylePack>(std::move(pack)), request.heroes, report, context.stop);
  if (context.stop.stop_requested() && has_cancelled(outcome)) co_return cut_short(outcome);
  if (std::holds_alternative<HeroRefusal>(outcome)) co_return failure_of(outcome);
  OperationResult done{to_json(outcome)};
  const auto& result = std::get<HeroResult>(outcome);
  if (request.contact_sheet && !result.dry_run) done.bytes = co_await contact_sheet_of(context, result);
  co_return done;
}

constexpr std::string_view kGenerateRequest = R"({
  "type": "object", "additionalProperties": false, "required": ["workItemId"],
  "properties": {
    "workItemId": {"type": "string", "minLength": 1},
    "pack": {"type": "object", "description": "Lifestyle Pack v2; absent: looked up by workItemId"},
    "shotIds": {"type": "array", "items": {"type": "string", "minLength": 1}},
    "dryRun": {"type": "boolean", "default": false},
    "overwrite": {"type": "boolean", "default": false},
    "user": {"type": "string", "description": "whose budget it counts against"},
    "budget": {"type": "number", "minimum": 0, "maximum": 1000000000, "description": "US dollars"},
    "fresh": {"type": "boolean", "default": false, "description": "buy new masters in place of kept ones"},
    "promptTemplate": {"type": "string"},
    "allowUnknownPrice": {"type": "boolean"},
    "buyAgainWhenUnknown": {"type": "boolean"},
    "contactSheet": {"type": "boolean", "default": false}
  }})";

constexpr std::string_view kGenerateResult = R"({
  "type": "object",
  "required": ["ok", "workItemId", "dryRun", "overwrite", "generated", "skippedExisting", "missingShots", "failed", "cost"],
  "properties": {
    "ok": {"const": true},
    "workItemId": {"type": "string"}, "dryRun": {"type": "boolean"}, "overwrite": {"type": "boolean"},
    "generated": {"type": "array", "items": {"type": "object",
      "required": ["shot_id", "filename", "width", "height", "format"],
      "properties": {"shot_id": {"type": "string"}, "filename": {"type": "string"}, "width": {"type": "integer"},
        "height": {"type": "integer"}, "size_label": {"type": "string"}, "format": {"type": "string"},
        "sku": {"type": "string"}, "base_key": {"type": "string"}, "is_primary": {"type": "boolean"},
        "upscaled": {"type": "boolean"}, "crop": {"type": "object"}, "bytes": {"type": "integer"},
        "sha256": {"type": "string"}, "url": {"type": "string"}}}},
    "skippedExisting": {"type": "array", "items": {"type": "object", "required": ["shot_id", "filename", "reason"]}},
    "missingShots": {"type": "array", "items": {"type": "string"}},
    "failed": {"type": "array", "items": {"type": "object",
      "required": ["shot_id", "error", "message", "retryable", "maybe_spent"]}},
    "cost": {"type": "object", "required": ["currency", "estimated", "actual", "imagesBought", "shots"]}
  }})";

constexpr std::string_view kGenerateBody[] = {"shotIds", "dryRun", "overwrite"};
constexpr Route kGenerateRoutes[] = {
    {"POST", "/{workItemId}/generate-lifestyle-heroes", Access::with_role, 200, "user", kGenerateBody}};

constexpr Operation kOperations[] = {
    {{"heroes.generate",
      "Makes the lifestyle heroes of a work item: one master a shot, cut into every size of its pack.",
      kGenerateRequest, kGenerateResult, "", "with contactSheet: the page (HTML) and the picture (PNG)"},
     generate,
     true,
     true,
     true,
     kGenerateRoutes},
};

}  // namespace
}  // namespace hero_operation

std::span<const Operation> hero_operations() {
  return hero_operation::kOperations;
}

}  // namespace imagegen
