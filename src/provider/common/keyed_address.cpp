#include "provider/common/keyed_address.hpp"

#include "json/document_fields.hpp"

namespace imagegen {
namespace {

struct AddressPlace {
  bool is_own = false;  // it stands in providers.NAME
};

}  // namespace

void KeyedAddress::read(json::ObjectReader& part, SectionPlace place) {
  const auto before = address_;
  json::into(part, "baseUrl", address_);
  if (part.has("baseUrl") && place != SectionPlace::further) settle(before, place == SectionPlace::own);
  json::into(part, "apiKey", key_);
}

void KeyedAddress::read(EnvironmentReader& environment, std::string_view address_variable,
                        std::string_view key_variable) {
  const auto before = address_;
  environment.into(address_, address_variable);
  if (environment.get(address_variable)) settle(before, false);
  if (!settings_.of<AddressPlace>().is_own) environment.into(key_, key_variable);
}

void KeyedAddress::settle(std::string_view before, bool is_own) {
  auto& place = settings_.of<AddressPlace>();
  const bool has_changed = address_ != before;
  if (has_changed && (is_own || place.is_own)) key_ = Secret();
  place.is_own = is_own && (has_changed || place.is_own);
}

}  // namespace imagegen
