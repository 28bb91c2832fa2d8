#pragma once
#include <imagegen/core/geometry.hpp>
#include <imagegen/core/money.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/core/token_usage.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace imagegen {

/// What is to be bought.
struct PriceQuery {
  std::string provider, model, quality;  ///< The provider's own words; quality may be empty.
  PixelSize size;
  int count = 1;
  std::size_t prompt_chars = 0;
};

/// What a call is expected to cost. An estimate, never a promise.
struct CostEstimate {
  std::optional<Usd> amount;  ///< Nothing: the price is unknown, which is not the same as 0.
  bool rough = false;         ///< Derived from a neighbouring size or quality.
  std::string price_date;     ///< Of the figures used, "2026-08-21"; empty when unknown.
  std::string source;         ///< Where the figures are from.
};

/// Dated prices of providers and models. Never changes once made; safe from any thread.
class PriceTable {
 public:
  /// The figures this library was released with (data/prices.json).
  static const PriceTable& built_in();

  /// Reads a table in the form of data/prices.json. Errc::invalid_argument naming every fault by its JSON path.
  static Result<PriceTable> parse(std::string_view json);

  /// This table, with the models of `over` in place of its own.
  PriceTable overridden_by(const PriceTable& over) const;

  /// Computes before the call what it may cost.
  CostEstimate estimate(const PriceQuery& query) const;

  /// Computes from the provider's own token counts what the call did cost; nothing when the rates are unknown.
  std::optional<Usd> actual(std::string_view provider, std::string_view model, const TokenUsage& tokens) const;

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
