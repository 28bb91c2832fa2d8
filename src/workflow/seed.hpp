#pragma once
#include <imagegen/core/digest.hpp>
#include <imagegen/provider/image_provider.hpp>

#include <optional>
#include <string_view>

namespace imagegen {

// Providers that take a seed get one that follows from what is asked for, so that a run can be repeated.
inline std::optional<std::uint64_t> seed_from(const ProviderCapability& provider, std::string_view identity) {
  if (!provider.takes_seed) return std::nullopt;
  const auto digest = sha256(identity);
  std::uint64_t seed = 0;
  for (std::size_t i = 0; i < 4; ++i) seed = (seed << 8U) | digest[i];
  return seed;
}

}  // namespace imagegen
