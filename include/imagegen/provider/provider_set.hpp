#pragma once
#include <imagegen/core/money.hpp>
#include <imagegen/provider/image_provider.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imagegen {

/// Providers by name. Not changed any more once work has begun; safe from any thread then.
class ProviderSet {
 public:
  ProviderSet() = default;
  /// A set of one, which outlives it.
  explicit ProviderSet(ImageProvider& only) { providers_.push_back(&only); }

  /// Under the name that its capability gives. Errc::invalid_argument for a name that is taken.
  Result<void> add(std::unique_ptr<ImageProvider> provider);

  /// Null: there is none of that name. An empty name finds the first.
  ImageProvider* find(std::string_view name) const;
  /// In the order in which they came.
  const std::vector<ImageProvider*>& all() const noexcept { return providers_; }

 private:
  std::vector<ImageProvider*> providers_;
  std::vector<std::unique_ptr<ImageProvider>> owned_;
};

/// Who is asked, one after the other: the next where the one before cannot be had and nothing is owed to it. Never past
/// a refusal of the content, and never above the price that was approved.
struct ProviderRoute {
  std::vector<ProviderModel> order;   ///< At least one.
  std::optional<Usd> approved = {};   ///< The highest price of one picture; absent: the budgets alone count.
};

/// What one entry of a route comes to.
struct ChosenModel {
  ImageProvider* provider = nullptr;       ///< Of the set, and lives as long.
  const ModelCapability* model = nullptr;  ///< Of the provider's capability, and lives as long.
  ProviderModel asked;                     ///< Filled in.
};

/// Errc::invalid_argument naming what there is, for a provider, a model or a quality that is not there.
Result<ChosenModel> choose(const ProviderSet& providers, const ProviderModel& asked);

/// Every entry of a route; an empty one is the first provider's first model. Errors of choose().
Result<std::vector<ChosenModel>> choose_all(const ProviderSet& providers, const std::vector<ProviderModel>& order);
/// The same as they are written down.
std::vector<ProviderModel> order_of(const std::vector<ChosenModel>& route);

/// Whether another provider may be asked after this failure of one.
bool may_fall_over(const Error& error);

}  // namespace imagegen
