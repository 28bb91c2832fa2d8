#pragma once
#include <cstdint>

namespace imagegen {

/// Tokens that a provider says it billed; for the whole call, however many images came.
struct TokenUsage {
  std::int64_t input_text = 0, input_image = 0, output_image = 0, output_text = 0;
  friend bool operator==(const TokenUsage&, const TokenUsage&) = default;
};

}  // namespace imagegen
