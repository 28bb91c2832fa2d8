#pragma once
#include <imagegen/core/error.hpp>
#include <imagegen/core/field_fault.hpp>
#include <imagegen/core/geometry.hpp>
#include <imagegen/core/money.hpp>
#include <imagegen/provider/image_request.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace imagegen {

/// A file that was made, or in a dry run would be.
struct HeroOutput {
  std::string shot_id, sku, base_key, size_label, filename;  ///< Of its row of the pack.
  PixelSize size;      ///< px
  std::string format;  ///< "webp"
  bool is_primary = false;  ///< Of its row.
  bool upscaled = false;  ///< Cut from a part of the master that is smaller than the output.
  PixelRect crop;  ///< Of the master, px. In a dry run of the master's planned size; empty for attention and entropy.
  std::size_t size_bytes = 0;  ///< 0 in a dry run.
  std::string url;             ///< Empty in a dry run.
  std::size_t pack_row = 0;    ///< Index of its row in the pack.
  std::string sha256;          ///< Of the file, in hexadecimal; empty in a dry run.
};

/// A file that was there already; the reason is always "EXISTS".
struct HeroSkipped {
  std::string shot_id, filename, size_label;  ///< Of its row of the pack.
  std::size_t pack_row = 0;  ///< Index of its row in the pack.
};

/// A shot or a file that could not be made.
struct HeroFailure {
  std::string shot_id;   ///< Of the pack.
  std::string filename;  ///< Empty: the whole shot.
  Error error;               ///< What went wrong.
  bool maybe_spent = false;  ///< The provider may have charged for it.
};

/// Where the master of a shot came from.
enum class MasterSource : std::uint8_t {
  none,    ///< Not needed, or not had.
  kept,    ///< Bought by an earlier run.
  bought,  ///< Bought by this run.
  to_buy,  ///< A dry run: would be bought.
};

/// What became of a shot, files apart.
struct HeroShotReport {
  std::string shot_id, card_title, prompt;   ///< Of the plan; the prompt as it is sent.
  MasterSource master = MasterSource::none;  ///< Where its picture is from.
  PixelSize master_size;         ///< px; as planned, or as it came.
  std::optional<Usd> estimated;  ///< 0 when nothing needs buying; nothing when the price is unknown.
  bool estimate_is_rough = false;              ///< As CostEstimate::rough.
  std::optional<Usd> actual;                   ///< From the provider's own counts.
  std::vector<Adaptation> adaptations = {};    ///< What is sent otherwise than it was wished for.
  std::vector<std::string> master_notes = {};  ///< What the owner of the master should know, as of ImageInfo.
};

/// What a work item costs.
struct HeroCost {
  std::optional<Usd> estimated;  ///< Sum over the shots; nothing when one of them is unknown.
  bool rough = false;         ///< An estimate of a shot is rough.
  std::optional<Usd> actual;  ///< Sum of what the provider says it billed; nothing where it does not say.
  int images_bought = 0;   ///< Masters that this run bought.
  std::string price_date;  ///< Of the oldest figure used.
};

/// What a work item came to.
struct HeroResult {
  std::string work_item_id;                   ///< Whose heroes these are.
  bool dry_run = false, overwrite = false;    ///< As they were asked for.
  std::vector<HeroOutput> generated;          ///< In pack order.
  std::vector<HeroSkipped> skipped_existing;  ///< In pack order.
  std::vector<std::string> missing_shots;  ///< HeroPlan::missing_shots.
  std::vector<std::string> warnings = {};  ///< HeroPlan::warnings.
  std::vector<HeroFailure> failed;       ///< Shots and files that were not made.
  std::vector<HeroShotReport> shots;     ///< In pack order.
  HeroCost cost;                         ///< Of all shots.
  std::chrono::milliseconds duration{};  ///< From the call to its end.
};

/// A work item that was refused or came to nothing; `status` is the HTTP status that says the same.
struct HeroRefusal {
  int status = 500;                         ///< 400, 404, 500 ...
  std::string error;                        ///< "INVALID_REQUEST", "BUDGET_EXCEEDED" ...
  std::string message;                      ///< For people; never sent for INTERNAL_ERROR.
  std::vector<FieldFault> faults;           ///< INVALID_REQUEST
  std::vector<HeroFailure> failed;          ///< GENERATION_FAILED
  std::optional<Usd> estimated, remaining;  ///< BUDGET_EXCEEDED
  bool maybe_spent = false;                 ///< INTERNAL_ERROR: it is not known what was bought before.
};

/// What came of a call.
using HeroOutcome = std::variant<HeroResult, HeroRefusal>;

/// `{"ok":true,...}` or `{"ok":false,"error":...}`: the body of an HTTP answer, UTF-8 JSON.
std::string to_json(const HeroOutcome& outcome);

/// 200, or the refusal's.
int http_status(const HeroOutcome& outcome);

/// One line for an activity log: "Generated 9 lifestyle hero images for shots OL-1, OL-2, OL-3
/// (Desktop/Tablet/Mobile)."
std::string activity_line(const HeroResult& result);

/// 400 INVALID_REQUEST, its message a line for each fault.
HeroRefusal invalid_request(std::vector<FieldFault> faults);
/// 404 LIFESTYLE_PACK_NOT_FOUND
HeroRefusal lifestyle_pack_not_found();
/// 500 INTERNAL_ERROR. \param message For logs: it is kept out of the answer.
HeroRefusal internal_error(std::string message);

}  // namespace imagegen
