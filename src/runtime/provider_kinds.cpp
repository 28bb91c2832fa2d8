#include "runtime/provider_kinds.hpp"

#include <algorithm>

#include "provider/openai/openai_kind.hpp"
#include "provider/placeholder/placeholder_kind.hpp"

namespace imagegen {

std::span<const ProviderKind* const> provider_kinds() noexcept {
  static constexpr const ProviderKind* kKinds[] = {
      &kPlaceholder,
      &kOpenAi,
  };
  return kKinds;
}

const ProviderKind* find_provider_kind(std::string_view name) noexcept {
  const auto kinds = provider_kinds();
  const auto found = std::ranges::find(kinds, name, &ProviderKind::name);
  return found == kinds.end() ? nullptr : *found;
}

const ProviderKind* kind_of_provider(const RuntimeConfig& config, std::string_view name) {
  const auto& kind = config.provider_named(name).kind;
  return find_provider_kind(kind.empty() ? name : kind);
}

std::string names_of_provider_kinds(std::string_view before_the_last) {
  const auto kinds = provider_kinds();
  std::string names;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (i > 0) names += i + 1 < kinds.size() ? ", " : before_the_last;
    names += kinds[i]->name;
  }
  return names;
}

}  // namespace imagegen
