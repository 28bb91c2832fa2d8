#pragma once
#include <imagegen/core/money.hpp>

#include <cstdint>
#include <string>
#include <variant>

/// \file What a provider says it counted for a call, in the unit that it bills by. Always for the whole call, however
/// many images came.
namespace imagegen {

/// Tokens, apart as they are priced apart: of text and of pictures, read and made.
struct TokenUsage {
  /// 0 also for what is not counted apart.
  std::int64_t input_text = 0, input_image = 0, output_image = 0, output_text = 0;
  friend bool operator==(const TokenUsage&, const TokenUsage&) = default;
};

/// Pictures, where one has one price.
struct ImageUsage {
  int images = 0;  ///< So many are billed.
  friend bool operator==(const ImageUsage&, const ImageUsage&) = default;
};

/// Millions of pixels as the provider counts them; some count 1 048 576 px as one.
struct MegapixelUsage {
  double output = 0, input = 0;  ///< Made, and read: references and masks.
  friend bool operator==(const MegapixelUsage&, const MegapixelUsage&) = default;
};

/// Time of the machine, where that is what is paid for.
struct SecondsUsage {
  double seconds = 0;    ///< Of work, as they are billed.
  std::string hardware;  ///< The provider's word for what it ran on; empty where there is one kind only.
  friend bool operator==(const SecondsUsage&, const SecondsUsage&) = default;
};

/// The provider named the price itself.
struct BilledUsage {
  Usd amount;  ///< Of the whole call.
  friend bool operator==(const BilledUsage&, const BilledUsage&) = default;
};

/// What a provider has counted, by its own measure; price_table.hpp says what it comes to.
using Usage = std::variant<TokenUsage, ImageUsage, MegapixelUsage, SecondsUsage, BilledUsage>;

}  // namespace imagegen
