#pragma once
#include <imagegen/core/digest.hpp>
#include <imagegen/provider/model_capability.hpp>

#include <optional>
#include <string_view>

namespace imagegen {

// Models that take a seed get one that follows from what is asked for, so that a run can be repeated.
inline std::optional<std::uint64_t> seed_from(const ModelCapability& model, std::string_view identity) {
  if (!model.seed) return std::nullopt;
  const auto digest = sha256(identity);
  std::uint64_t seed = 0;
  for (std::size_t i = 0; i < 4; ++i) seed = (seed << 8U) | digest[i];
  const auto count = model.seed->highest - model.seed->lowest + 1;  // 0: all of them
  return count == 0 ? seed : model.seed->lowest + seed % count;
}

}  // namespace imagegen
