#include <imagegen/core/shown_text.hpp>
#include <imagegen/provider/provider_set.hpp>

#include <algorithm>

#include "provider/models.hpp"

namespace imagegen {

Result<void> ProviderSet::add(std::unique_ptr<ImageProvider> provider) {
  const auto& name = provider->capability().provider;
  if (name.empty()) return Error{Errc::invalid_argument, "providers: expected a name, got none"};
  if (find(name) != nullptr)
    return Error{Errc::invalid_argument, "providers: expected each name once, got " + in_quotes(name) + " twice"};
  providers_.push_back(provider.get());
  owned_.push_back(std::move(provider));
  return {};
}

ImageProvider* ProviderSet::find(std::string_view name) const {
  const auto found = std::find_if(providers_.begin(), providers_.end(), [&](const ImageProvider* candidate) {
    return name.empty() || candidate->capability().provider == name;
  });
  return found == providers_.end() ? nullptr : *found;
}

Result<ChosenModel> choose(const ProviderSet& providers, const ProviderModel& asked) {
  auto* provider = providers.find(asked.provider);
  if (provider == nullptr) {
    std::string known;
    for (const auto* candidate : providers.all())
      known.append(known.empty() ? "" : ", ").append(candidate->capability().provider);
    return Error{Errc::invalid_argument, "provider: expected one of " + known + ", got " + in_quotes(asked.provider)};
  }
  const auto& capability = provider->capability();
  const auto* model = find_model(capability, asked.model);
  if (model == nullptr) return no_such_model(capability, asked.model);
  auto full = filled_in(capability, asked);
  const auto& words = model->qualities;
  if (words.empty() || full.quality.empty() || std::find(words.begin(), words.end(), full.quality) != words.end())
    return ChosenModel{provider, model, std::move(full)};
  return no_such_quality(*model, full.quality);
}

Result<std::vector<ChosenModel>> choose_all(const ProviderSet& providers, const std::vector<ProviderModel>& order) {
  std::vector<ChosenModel> route;
  for (const auto& asked : order.empty() ? std::vector<ProviderModel>(1) : order) {
    auto chosen = choose(providers, asked);
    if (!chosen) return chosen.error();
    route.push_back(std::move(*chosen));
  }
  return route;
}

std::vector<ProviderModel> order_of(const std::vector<ChosenModel>& route) {
  std::vector<ProviderModel> order;
  for (const auto& chosen : route) order.push_back(chosen.asked);
  return order;
}

// What another service may do better: this one cannot be had, has no credit, or does not serve the model any more. What
// was wrong with the request itself is wrong everywhere, or is for the caller to see.
bool may_fall_over(const Error& error) {
  if (billing_of(error) != Billing::no) return false;
  switch (error.code) {
    case Errc::unavailable:
    case Errc::rate_limited:
    case Errc::quota_exceeded:
    case Errc::permission_denied:
    case Errc::not_found:
    case Errc::unsupported:
      return true;
    default:
      return false;
  }
}

}  // namespace imagegen
