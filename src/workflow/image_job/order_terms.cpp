#include <imagegen/workflow/order_terms.hpp>

namespace imagegen {
namespace {

std::string in_words(const OrderTerms& terms) {
  return terms.provider + " " + terms.model + (terms.quality.empty() ? "" : " (" + terms.quality + ")");
}

}  // namespace

OrderTerms terms_of(const ProviderCapability& capability) {
  return {capability.provider, capability.model, capability.quality};
}

std::string why_not(const OrderTerms& terms, const ProviderCapability& capability) {
  const auto offered = terms_of(capability);
  if (terms == OrderTerms{} || terms == offered) return {};
  return "it was ordered from " + in_words(terms) + ", and this process asks " + in_words(offered) +
         "; nothing was bought";
}

}  // namespace imagegen
