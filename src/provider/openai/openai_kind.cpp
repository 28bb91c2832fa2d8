#include "provider/openai/openai_kind.hpp"

#include <imagegen/provider/openai.hpp>

#include "json/document_fields.hpp"
#include "provider/common/keyed_address.hpp"
#include "provider/common/keyless_provider.hpp"

namespace imagegen {
namespace {

constexpr std::string_view kOpenAiKeyVariable = "OPENAI_API_KEY";

void read_openai_document(json::ObjectReader& part, SectionPlace place, Sections& settings) {
  auto& options = settings.of<OpenAiOptions>();
  KeyedAddress(settings, options.base_url, options.api_key).read(part, place);
  json::into(part, "host", options.host);
  json::into(part, "model", options.model);
  json::into(part, "quality", options.quality);
  json::into(part, "organization", options.organization);
  json::into(part, "project", options.project);
  json::into(part, "keyHeader", options.key_header);
  json::into(part, "apiVersion", options.api_version);
  json::into(part, "moderation", options.moderation);
  json::into(part, "background", options.background);
}

void read_openai_environment(EnvironmentReader& environment, Sections& settings) {
  auto& options = settings.of<OpenAiOptions>();
  KeyedAddress(settings, options.base_url, options.api_key).read(environment, "OPENAI_BASE_URL", kOpenAiKeyVariable);
  environment.into(options.organization, "OPENAI_ORG_ID");
  environment.into(options.project, "OPENAI_PROJECT_ID");
  environment.into(options.key_header, "OPENAI_KEY_HEADER");
  environment.into(options.api_version, "OPENAI_API_VERSION");
  environment.into(options.model, "IMAGEGEN_MODEL");
  environment.into(options.quality, "IMAGEGEN_QUALITY");
}

std::optional<ProviderKey> openai_key(const Sections& settings) {
  return ProviderKey{kOpenAiKeyVariable, !settings.of<OpenAiOptions>().api_key.empty()};
}

Result<std::unique_ptr<ImageProvider>> open_openai(const Sections& settings, ProviderOpening opening) {
  auto options = settings.of<OpenAiOptions>();
  const bool is_keyless = options.api_key.empty() && opening.name == kOpenAi.name;
  Error missing{Errc::permission_denied,
                "provider openai: expected a key in " + std::string(kOpenAiKeyVariable) + ", got none"};
  if (is_keyless && !opening.keys_later) return missing;
  if (is_keyless) options.api_key = Secret("none");  // never sent
  options.name = std::move(opening.name), options.models = ModelTable(opening.models);
  options.also_asked = std::move(opening.also_asked);
  auto made = make_openai_provider(std::move(options), opening.http, opening.clock);
  if (!made || !is_keyless) return made;
  return std::make_unique<KeylessProvider>(std::move(*made), std::move(missing));
}

}  // namespace

const ProviderKind kOpenAi{"openai", read_openai_document, read_openai_environment, openai_key, open_openai};

}  // namespace imagegen
