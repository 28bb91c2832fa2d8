#include <imagegen/config/runtime_config.hpp>

namespace imagegen {

ProviderConfig& RuntimeConfig::provider_named(std::string_view name) {
  return providers.try_emplace(std::string(name)).first->second;
}

const ProviderConfig& RuntimeConfig::provider_named(std::string_view name) const {
  static const ProviderConfig none;
  const auto found = providers.find(name);
  return found == providers.end() ? none : found->second;
}

}  // namespace imagegen
