#include <imagegen/workflow/heroes/hero_result.hpp>

#include <boost/json.hpp>

#include "json/write.hpp"
#include "workflow/image_job/master_answer.hpp"
#include "workflow/operation_support.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

js::value money(const std::optional<Usd>& amount) {
  return amount ? js::value(amount->dollars()) : js::value(nullptr);
}

std::string_view word(MasterSource source) {
  switch (source) {
    case MasterSource::none:
      return "none";
    case MasterSource::kept:
      return "kept";
    case MasterSource::bought:
      return "bought";
    case MasterSource::to_buy:
      return "to_buy";
  }
  return "none";
}

js::object output_json(const HeroOutput& output, bool dry_run) {
  js::object json{{"shot_id", output.shot_id},
                  {"filename", output.filename},
                  {"width", output.size.width},
                  {"height", output.size.height},
                  {"size_label", output.size_label},
                  {"format", output.format},
                  {"sku", output.sku},
                  {"base_key", output.base_key},
                  {"is_primary", output.is_primary},
                  {"upscaled", output.upscaled}};
  if (output.crop.width > 0) {
    const auto& crop = output.crop;
    json["crop"] = {{"x", crop.x}, {"y", crop.y}, {"width", crop.width}, {"height", crop.height}};
  }
  if (!dry_run) json["bytes"] = output.size_bytes, json["sha256"] = output.sha256, json["url"] = output.url;
  return json;
}

js::array failures(const std::vector<HeroFailure>& failed) {
  js::array list;
  for (const auto& failure : failed) {
    js::object json{{"shot_id", failure.shot_id}};
    if (!failure.filename.empty()) json["filename"] = failure.filename;
    json["error"] = to_string(failure.error.code);
    json["message"] = failure.error.message;
    json["retryable"] = failure.error.retry != Retry::never;
    json["maybe_spent"] = failure.maybe_spent;
    list.push_back(std::move(json));
  }
  return list;
}

js::object shot_cost(const HeroShotReport& shot) {
  js::object json{{"shot_id", shot.shot_id},
                  {"master", word(shot.master)},
                  {"master_width", shot.master_size.width},
                  {"master_height", shot.master_size.height},
                  {"prompt", shot.prompt},
                  {"estimated", money(shot.estimated)},
                  {"rough", shot.estimate_is_rough},
                  {"actual", money(shot.actual)},
                  {"master_notes", js::array(shot.master_notes.begin(), shot.master_notes.end())}};
  if (!shot.adaptations.empty()) json["adaptations"] = to_json(shot.adaptations);
  return json;
}

js::object cost_json(const HeroResult& result) {
  js::array shots;
  for (const auto& shot : result.shots) shots.push_back(shot_cost(shot));
  const auto& cost = result.cost;
  return {{"currency", "USD"},
          {"estimated", money(cost.estimated)},
          {"rough", cost.rough},
          {"actual", money(cost.actual)},
          {"imagesBought", cost.images_bought},
          {"priceDate", cost.price_date.empty() ? js::value(nullptr) : js::value(cost.price_date)},
          {"shots", std::move(shots)}};
}

js::object result_json(const HeroResult& result) {
  js::array generated, skipped;
  for (const auto& output : result.generated) generated.push_back(output_json(output, result.dry_run));
  for (const auto& file : result.skipped_existing) {
    skipped.push_back({{"shot_id", file.shot_id}, {"filename", file.filename}, {"reason", "EXISTS"}});
  }
  js::array missing(result.missing_shots.begin(), result.missing_shots.end());
  js::object json{{"ok", true},
                  {"workItemId", result.work_item_id},
                  {"dryRun", result.dry_run},
                  {"overwrite", result.overwrite},
                  {"generated", std::move(generated)},
                  {"skippedExisting", std::move(skipped)},
                  {"missingShots", std::move(missing)},
                  {"failed", failures(result.failed)},
                  {"cost", cost_json(result)}};
  if (!result.warnings.empty()) json["warnings"] = js::array(result.warnings.begin(), result.warnings.end());
  return json;
}

js::object refusal_json(const HeroRefusal& refusal) {
  js::object json{{"ok", false}, {"error", refusal.error}};
  if (refusal.status == 400) json["details"] = details_of(refusal.faults);
  if (refusal.status == 502) json["details"] = {{"failed", failures(refusal.failed)}};
  if (refusal.status == 402)
    json["details"] = {{"estimated", money(refusal.estimated)}, {"remaining", money(refusal.remaining)}};
  return json;
}

}  // namespace

std::string to_json(const HeroOutcome& outcome) {
  const auto* result = std::get_if<HeroResult>(&outcome);
  return json::write(result ? result_json(*result) : refusal_json(std::get<HeroRefusal>(outcome)));
}

int http_status(const HeroOutcome& outcome) {
  const auto* refusal = std::get_if<HeroRefusal>(&outcome);
  return refusal ? refusal->status : 200;
}

HeroRefusal invalid_request(std::vector<FieldFault> faults) {
  HeroRefusal refusal;
  refusal.status = 400;
  refusal.error = "INVALID_REQUEST";
  refusal.message = to_error("the request or its pack is wrong:", faults).message;
  refusal.faults = std::move(faults);
  return refusal;
}

HeroRefusal pack_not_found() {
  HeroRefusal refusal;
  refusal.status = 404;
  refusal.error = "LIFESTYLE_PACK_NOT_FOUND";
  refusal.message = "there is no lifestyle pack for this work item";
  return refusal;
}

HeroRefusal internal_error(std::string message) {
  HeroRefusal refusal;
  refusal.status = 500;
  refusal.error = "INTERNAL_ERROR";
  refusal.message = std::move(message);
  return refusal;
}

}  // namespace imagegen
