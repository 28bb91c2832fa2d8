#pragma once
#include <imagegen/core/secret.hpp>

#include <string>
#include <string_view>

#include "provider/provider_kind.hpp"

namespace imagegen {

// The address of a service and the key for it, as several layers say them. A key goes to the address that it was given
// for: where providers.NAME says an address, the key that lies about in an environment is for another one, and what
// changes the address again takes the key away.
class KeyedAddress {
 public:
  // All must outlive it. \param settings Remembers between two layers where the address was said.
  KeyedAddress(Sections& settings, std::string& address, Secret& key) : settings_(settings), address_(address), key_(key) {}

  // `baseUrl` and `apiKey`.
  void read(json::ObjectReader& part, SectionPlace place);
  void read(EnvironmentReader& environment, std::string_view address_variable, std::string_view key_variable);

 private:
  void settle(std::string_view before, bool is_own);

  Sections& settings_;
  std::string& address_;
  Secret& key_;
};

}  // namespace imagegen
