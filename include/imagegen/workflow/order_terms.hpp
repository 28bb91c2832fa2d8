#pragma once
#include <imagegen/core/geometry.hpp>
#include <imagegen/core/money.hpp>
#include <imagegen/provider/image_provider.hpp>

#include <optional>
#include <string>

/// \file What an order says of how its pictures are bought. It is carried out so, or not at all.
namespace imagegen {

/// Who is asked. Empty texts: the order is of an older version, which did not say.
struct OrderTerms {
  std::string provider, model, quality;

  friend bool operator==(const OrderTerms&, const OrderTerms&) = default;
};

/// One picture of an order.
struct ApprovedPicture {
  PixelSize size;                   ///< Asked for, px.
  std::optional<Usd> price = {};    ///< The highest; absent: none was known, and that was approved.

  friend bool operator==(const ApprovedPicture&, const ApprovedPicture&) = default;
};

OrderTerms terms_of(const ProviderCapability& capability);

/// Why a process with this provider cannot do it, for people; empty where it can.
std::string why_not(const OrderTerms& terms, const ProviderCapability& capability);

}  // namespace imagegen
