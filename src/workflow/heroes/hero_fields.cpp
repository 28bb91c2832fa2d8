#include "workflow/heroes/hero_fields.hpp"

#include "workflow/common_fields.hpp"

namespace imagegen {

template <>
struct json::Words<MasterSource> {
  static std::vector<std::string_view> all() { return {"none", "kept", "bought", "to_buy"}; }
  static std::string_view of(MasterSource source) { return all().at(static_cast<std::size_t>(source)); }
};

template <>
struct json::Words<HeroProgress::Kind> {
  static std::vector<std::string_view> all() {
    return {"planned", "buyingMaster", "haveMaster", "fileDone", "shotFailed"};
  }
  static std::string_view of(HeroProgress::Kind kind) { return all().at(static_cast<std::size_t>(kind)); }
};

using json::computed;
using json::constant;
using json::field;

// What a work item costs, and each of its shots.
struct HeroCostView {
  HeroCost cost;
  std::vector<HeroShotReport> shots;
};

static bool is_made(const HeroOutput& output) {
  return !output.sha256.empty();
}

const json::Fields<HeroRequest>& fields_of(const HeroRequest*) {
  using Q = HeroRequest;
  static const auto& all = *new json::Fields<Q>(
      "", {field("shotIds", &Q::shot_ids, "only these shots; none: all of the pack").at_most(1'000).not_blank(),
           field("dryRun", &Q::dry_run, "plan and price only; buy and write nothing"),
           field("overwrite", &Q::overwrite, "make files again that exist, from the kept masters")});
  return all;
}

static const json::Fields<HeroOutput>& fields_of(const HeroOutput*) {
  using O = HeroOutput;
  static const auto& all = *new json::Fields<O>(
      "HeroFile",
      {field("shot_id", &O::shot_id), field("filename", &O::filename, "its key in the store"),
       computed<O>(
           "width", [](const O& output) { return output.size.width; }, "px"),
       computed<O>(
           "height", [](const O& output) { return output.size.height; }, "px"),
       field("size_label", &O::size_label), field("format", &O::format), field("sku", &O::sku),
       field("base_key", &O::base_key), field("is_primary", &O::is_primary),
       field("upscaled", &O::upscaled, "cut from a part of the master that is smaller"),
       field("crop", &O::crop, "of the master").only_if([](const O& output) { return output.crop.width > 0; }),
       field("bytes", &O::size_bytes, "of the file; not in a dry run").only_if(is_made),
       field("sha256", &O::sha256, "of the file, in hexadecimal; not in a dry run").only_if(is_made),
       field("url", &O::url, "where readers find it; not in a dry run").only_if(is_made)});
  return all;
}

static const json::Fields<HeroSkipped>& fields_of(const HeroSkipped*) {
  using S = HeroSkipped;
  static const auto& all = *new json::Fields<S>(
      "HeroSkipped", {field("shot_id", &S::shot_id), field("filename", &S::filename), constant<S>("reason", "EXISTS")});
  return all;
}

const json::Fields<HeroFailure>& fields_of(const HeroFailure*) {
  using F = HeroFailure;
  static const auto& all = *new json::Fields<F>(
      "HeroFailure", {field("shot_id", &F::shot_id),
                      field("filename", &F::filename, "absent: the whole shot").only_if([](const F& failure) {
                        return !failure.filename.empty();
                      }),
                      computed<F>("error", [](const F& failure) { return to_string(failure.error.code); }),
                      computed<F>("message", [](const F& failure) { return failure.error.message; }),
                      computed<F>("retryable", [](const F& failure) { return failure.error.retry != Retry::never; }),
                      field("maybe_spent", &F::maybe_spent, "the provider may have charged for it")});
  return all;
}

static const json::Fields<HeroShotReport>& fields_of(const HeroShotReport*) {
  using R = HeroShotReport;
  static const auto& all = *new json::Fields<R>(
      "HeroShotCost",
      {field("shot_id", &R::shot_id), field("master", &R::master, "where it is from"),
       computed<R>(
           "master_width", [](const R& shot) { return shot.master_size.width; }, "px"),
       computed<R>(
           "master_height", [](const R& shot) { return shot.master_size.height; }, "px"),
       field("prompt", &R::prompt, "as it is sent"),
       field("estimated", &R::estimated, "US dollars; null: unknown").or_null(), field("rough", &R::estimate_is_rough),
       field("actual", &R::actual, "US dollars; null: unknown").or_null(),
       field("master_notes", &R::master_notes, "what its owner should know"),
       field("adaptations", &R::adaptations, "what is sent otherwise than wished").only_if([](const R& shot) {
         return !shot.adaptations.empty();
       })});
  return all;
}

static const json::Fields<HeroCostView>& fields_of(const HeroCostView*) {
  using V = HeroCostView;
  static const auto& all = *new json::Fields<V>(
      "HeroCost",
      {constant<V>("currency", "USD"),
       computed<V>(
           "estimated", [](const V& of) { return of.cost.estimated; }, "null: unknown")
           .or_null(),
       computed<V>("rough", [](const V& of) { return of.cost.rough; }),
       computed<V>(
           "actual", [](const V& of) { return of.cost.actual; }, "null: unknown")
           .or_null(),
       computed<V>(
           "imagesBought", [](const V& of) { return of.cost.images_bought; }, "masters"),
       computed<V>(
           "priceDate",
           [](const V& of) { return of.cost.price_date.empty() ? std::nullopt : std::optional(of.cost.price_date); },
           "of the oldest figure used")
           .or_null(),
       field("shots", &V::shots, "in pack order")});
  return all;
}

const json::Fields<HeroResult>& fields_of(const HeroResult*) {
  using R = HeroResult;
  static const auto& all = *new json::Fields<R>(
      "HeroResult",
      {constant<R>("ok", true), field("workItemId", &R::work_item_id), field("dryRun", &R::dry_run),
       field("overwrite", &R::overwrite), field("generated", &R::generated, "in a dry run: what would be made"),
       field("skippedExisting", &R::skipped_existing, "was there already"),
       field("missingShots", &R::missing_shots, "asked for, and not in the pack or without a board"),
       field("failed", &R::failed),
       computed<R>("cost",
                   [](const R& result) {
                     return HeroCostView{result.cost, result.shots};
                   }),
       field("warnings", &R::warnings).only_if([](const R& result) { return !result.warnings.empty(); })});
  return all;
}

const json::Fields<HeroProgress>& fields_of(const HeroProgress*) {
  using P = HeroProgress;
  static const auto& all =
      *new json::Fields<P>("HeroProgress", {field("stage", &P::kind), field("shotId", &P::shot_id, "empty for planned"),
                                            field("filename", &P::filename, "for fileDone"),
                                            field("filesDone", &P::files_done, "made, skipped or failed so far"),
                                            field("filesTotal", &P::files_total),
                                            field("spentUsd", &P::spent, "so far, as it was estimated")});
  return all;
}

}  // namespace imagegen
