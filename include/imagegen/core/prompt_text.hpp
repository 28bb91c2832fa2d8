#pragma once
#include <string>

namespace imagegen {

/// What a provider is asked to draw. Sent byte for byte.
struct PromptText {
  std::string text;      ///< UTF-8
  std::string negative;  ///< What must not appear; empty where there is none. Not every provider takes one.
  friend bool operator==(const PromptText&, const PromptText&) = default;
};

}  // namespace imagegen
