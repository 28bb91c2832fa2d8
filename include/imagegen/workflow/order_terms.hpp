#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/core/geometry.hpp>
#include <imagegen/core/money.hpp>
#include <imagegen/provider/provider_set.hpp>

#include <optional>
#include <string>
#include <vector>

/// \file What an order says of how its pictures are bought. It is carried out so, or not at all.
namespace imagegen {

/// One picture of an order.
struct ApprovedPicture {
  PixelSize size;                   ///< Asked for, px.
  std::optional<Usd> price = {};    ///< The highest; absent: none was known, and that was approved.

  friend bool operator==(const ApprovedPicture&, const ApprovedPicture&) = default;
};

/// Errc::unsupported, saying what to use instead, where no entry of the route can be asked any more.
Result<void> check_retirement(const std::vector<ChosenModel>& route, const Clock& clock);
/// Of every entry that is retired, where another is not, or will be soon; for people.
std::vector<std::string> retirement_warnings(const std::vector<ChosenModel>& route, const Clock& clock);

/// Why a process with these providers cannot do it as it was ordered, for people; empty where it can. \param order Empty:
/// the order is of an older version, which did not say who is asked.
std::string why_not(const std::vector<ProviderModel>& order, const ProviderSet& providers);

}  // namespace imagegen
