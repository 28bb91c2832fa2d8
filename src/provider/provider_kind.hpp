#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/sections.hpp>
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/http/http_client.hpp>
#include <imagegen/provider/image_provider.hpp>
#include <imagegen/provider/model_table.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/environment_reader.hpp"
#include "json/object_reader.hpp"

namespace imagegen {

// Where a section of a document stands that says something of a provider. The provider that has the name of its kind is
// the same one in both of its places, so that of several layers the last one counts.
enum class SectionPlace : std::uint8_t {
  root,     // NAME
  own,      // providers.NAME
  further,  // providers.OTHER, another provider of the kind
};

// The key that a kind needs.
struct ProviderKey {
  std::string_view variable;  // of an environment
  bool is_set = false;        // by any layer
};

// What a provider is made of beside its settings. All that is lent outlives the provider, but for `models`, which are copied.
struct ProviderOpening {
  std::string name;                     // ProviderCapability::provider
  std::vector<std::string> also_asked;  // models that the route names
  const ModelTable& models;
  HttpClient& http;
  ThreadPool& pool;
  Clock& clock;
  std::function<Result<Bytes>(const Bitmap&)> encode_png;
  bool keys_later = false;  // a missing key is the trouble of the first call
};

// All that there is to say of a kind of provider before one is open. One line of runtime/provider_kinds.cpp names it.
// `settings` are those of one provider, where each kind keeps what it is told as a type of its own.
struct ProviderKind {
  std::string_view name;  // "openai": of the kind, of its first provider, and of that one's section in a configuration
  // Its fields of a section. `limits`, `modelLimits` and `kind` are everybody's, and read elsewhere.
  void (*read_document)(json::ObjectReader& part, SectionPlace place, Sections& settings);
  // For the provider that has the name of the kind.
  void (*read_environment)(EnvironmentReader& environment, Sections& settings);
  // Nothing: it needs none.
  std::optional<ProviderKey> (*key)(const Sections& settings);
  // Errc::invalid_argument for settings that cannot work, Errc::permission_denied for a missing key. Contacts nobody.
  Result<std::unique_ptr<ImageProvider>> (*open)(const Sections& settings, ProviderOpening opening);
};

}  // namespace imagegen
