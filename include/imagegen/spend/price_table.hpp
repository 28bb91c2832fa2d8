#pragma once
#include <imagegen/core/error.hpp>
#include <imagegen/core/geometry.hpp>
#include <imagegen/core/money.hpp>
#include <imagegen/core/prompt_text.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/core/usage.hpp>
#include <imagegen/spend/ledger.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imagegen {

/// How a model is paid for.
enum class PriceForm : std::uint8_t {
  unknown,
  per_image,      ///< A price for each picture, perhaps by quality and size.
  per_megapixel,  ///< A price for each megapixel of output.
  first_then,     ///< One for the first megapixel, another for each further one, perhaps one for those of references.
  per_token,      ///< Tokens, of which a picture takes so many by quality and size.
  per_second,     ///< A rate for the time that it takes.
};

/// "unknown", "per_image", "per_megapixel", "first_then", "per_token", "per_second"
std::string_view to_string(PriceForm form) noexcept;

/// What is to be bought in one call.
struct PriceQuery {
  std::string provider;  ///< The host that is paid: the same model costs something else elsewhere.
  std::string model, quality;  ///< The provider's own words; an empty quality, like "auto", is the provider's choice.
  PixelSize size;              ///< 0x0: the provider's choice.
  int count = 1;               ///< Pictures.
  int partial_images = 0;      ///< Pictures that are shown while one is drawn.
  std::optional<int> steps = {};  ///< Absent: the model's usual number.
  bool batch = false;             ///< Bought through the provider's batch interface.
  std::vector<std::int64_t> reference_pixels = {};  ///< One entry for each reference picture, px; 0: not known.
  PromptText prompt = {};                           ///< Its characters are counted here, and nowhere else.
};

/// What a call is expected to cost. An estimate, never a promise.
struct CostEstimate {
  /// What is reserved: the same as `high`. Nothing: the price is unknown, which is not the same as 0.
  std::optional<Usd> amount;
  std::optional<Usd> low, high;  ///< The least and the most that the figures allow for.
  bool rough = false;            ///< Derived from a neighbouring size or quality, or of a reference of unknown size.
  PriceForm form = PriceForm::unknown;  ///< By which the model is paid.
  std::string currency;                 ///< "USD"; empty when unknown.
  std::string price_date;               ///< Of the figures used, "2026-08-21"; empty when unknown.
  std::string source;                   ///< Where the figures are from.
};

/// What a call did cost.
struct ActualCost {
  Usd amount;                            ///< Of the whole call.
  CostSource source = CostSource::none;  ///< `provider` where it named the price itself, else `usage`.
  friend bool operator==(const ActualCost&, const ActualCost&) = default;
};

/// How a call can end without a picture.
enum class FailedCall : std::uint8_t {
  prompt_refused,  ///< By moderation, before anything was drawn.
  result_refused,  ///< By moderation, when it was drawn.
  failed,
  cancelled,    ///< While it was at work.
  not_started,  ///< Cancelled or expired while it waited for its turn.
};

/// Dated prices of providers and models. Never changes once made; safe from any thread.
class PriceTable {
 public:
  /// The figures this library was released with (data/prices.json).
  static const PriceTable& built_in();

  /// Reads a table in the form of data/prices.json (docs/prices.md). Errc::invalid_argument naming every fault by its
  /// JSON path.
  static Result<PriceTable> parse(std::string_view json);

  /// This table, with the models and hosts of `over` in place of its own.
  PriceTable overridden_by(const PriceTable& over) const;

  /// Computes before the call what it may cost.
  CostEstimate estimate(const PriceQuery& query) const;

  /// Computes from what the provider counted what the call did cost. \param bought What was asked for. \return Nothing
  /// when the table does not tell it exactly: then the estimate stands. A BilledUsage needs no row.
  std::optional<ActualCost> actual(const PriceQuery& bought, const Usage& usage) const;

  /// Whether a call that ended so is billed: the row's word, else the host's, else Billing::maybe.
  Billing billed_on_failure(std::string_view provider, std::string_view model, FailedCall how) const;

  PriceTable(PriceTable&&) noexcept;
  PriceTable(const PriceTable&);
  PriceTable& operator=(PriceTable&&) noexcept;
  ~PriceTable();

 private:
  struct Data;
  explicit PriceTable(std::shared_ptr<const Data> data);
  std::shared_ptr<const Data> data_;
};

}  // namespace imagegen
