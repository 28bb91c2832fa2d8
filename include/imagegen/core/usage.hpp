#pragma once
#include <imagegen/core/money.hpp>

#include <cstdint>
#include <string>
#include <variant>

/// \file What a provider says it counted for a call, in the unit that it bills by. Always for the whole call, however
/// many images came.
namespace imagegen {

struct TokenUsage {
  std::int64_t input_text = 0, input_image = 0, output_image = 0, output_text = 0;
  friend bool operator==(const TokenUsage&, const TokenUsage&) = default;
};

struct ImageUsage {
  int images = 0;
  friend bool operator==(const ImageUsage&, const ImageUsage&) = default;
};

/// Millions of pixels as the provider counts them; some count 1 048 576 px as one.
struct MegapixelUsage {
  double output = 0, input = 0;
  friend bool operator==(const MegapixelUsage&, const MegapixelUsage&) = default;
};

struct SecondsUsage {
  double seconds = 0;    ///< Of work, as they are billed.
  std::string hardware;  ///< The provider's word for what it ran on; empty where there is one kind only.
  friend bool operator==(const SecondsUsage&, const SecondsUsage&) = default;
};

/// The provider named the price itself.
struct BilledUsage {
  Usd amount;
  friend bool operator==(const BilledUsage&, const BilledUsage&) = default;
};

using Usage = std::variant<TokenUsage, ImageUsage, MegapixelUsage, SecondsUsage, BilledUsage>;

}  // namespace imagegen
