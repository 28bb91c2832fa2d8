#pragma once
#include <imagegen/config/runtime_config.hpp>

#include <span>
#include <string>

#include "provider/provider_kind.hpp"

namespace imagegen {

// Every kind of provider that there is.
std::span<const ProviderKind* const> provider_kinds() noexcept;

// Null: there is none of that name.
const ProviderKind* find_provider_kind(std::string_view name) noexcept;

// Of the provider of this name, whether it is configured or not. Null: it is of none, or nobody has said of which.
const ProviderKind* kind_of_provider(const RuntimeConfig& config, std::string_view name);

// "a, b or c"
std::string names_of_provider_kinds(std::string_view before_the_last);

}  // namespace imagegen
