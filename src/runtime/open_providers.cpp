#include "runtime/open_providers.hpp"

#include <imagegen/core/shown_text.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/provider/placeholder.hpp>

#include <algorithm>

#include "runtime/openai_place.hpp"

namespace imagegen {
namespace {

using Provider = std::unique_ptr<ImageProvider>;

class Opener {
 public:
  Opener(const RuntimeConfig& config, ModelTable models, HttpClient& http, ThreadPool& pool)
      : config_(config), models_(std::move(models)), http_(http), pool_(pool) {}

  Result<Provider> open(const std::string& name) {
    const auto own = config_.providers.find(name);
    if (own == config_.providers.end()) return open(name, name, config_.openai);
    if (name == "openai" && config_.of<OpenAiPlace>().is_named) return open(name, own->second.kind, config_.openai);
    auto openai = own->second.openai;
    // A section of this name is the same provider, at the same place, with the same key.
    const bool is_same = name == "openai" && openai.base_url == config_.openai.base_url;
    if (is_same && openai.api_key.empty()) openai.api_key = config_.openai.api_key;
    return open(name, own->second.kind, std::move(openai));
  }

 private:
  Result<Provider> open(const std::string& name, const std::string& kind, OpenAiOptions openai) {
    if (kind == "placeholder") return make_placeholder_provider(&encode_png, pool_, name, models_);
    if (kind != "openai") return unknown(name, kind);
    if (openai.api_key.empty() && name == "openai")
      return Error{Errc::permission_denied, "provider openai: expected a key in OPENAI_API_KEY, got none"};
    openai.name = name, openai.models = ModelTable(models_);
    for (const ProviderModel& asked : config_.route)
      if (asked.provider == name && !asked.model.empty()) openai.also_asked.push_back(asked.model);
    auto made = make_openai_provider(std::move(openai), http_, system_clock());
    if (!made && name != "openai") return in_context(made.error(), "provider " + name);
    return made;
  }

  Error unknown(const std::string& name, const std::string& kind) const {
    if (name != kind)
      return {Errc::invalid_argument,
              "providers." + name + ".kind: expected placeholder or openai, got " + in_quotes(kind)};
    std::string known = "placeholder, openai";
    for (const auto& [other, ignored] : config_.providers) known += ", " + other;
    return {Errc::invalid_argument, "provider: expected one of " + known + ", got " + in_quotes(name)};
  }

  const RuntimeConfig& config_;
  ModelTable models_;
  HttpClient& http_;
  ThreadPool& pool_;
};

Result<ModelTable> models_for(const RuntimeConfig& config) {
  if (config.models_json.empty()) return ModelTable::built_in();
  auto own = ModelTable::parse(config.models_json);
  if (!own) return own.error();
  return ModelTable::built_in().overridden_by(*own);
}

// Only what is named: a key that lies about must not let anything be bought.
std::vector<std::string> names_of(const RuntimeConfig& config, bool has_own) {
  std::vector<std::string> names;
  const auto add = [&names](const std::string& name) {
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  if (!has_own) add(config.provider);
  for (const auto& [name, ignored] : config.providers) add(name);
  for (const auto& asked : config.route)
    if (!has_own || asked.provider == "openai" || asked.provider == "placeholder") add(asked.provider);
  return names;
}

}  // namespace

Result<std::vector<Provider>> open_providers(const RuntimeConfig& config, bool has_own, HttpClient& http,
                                             ThreadPool& pool) {
  auto models = models_for(config);
  if (!models) return models.error();
  Opener opener(config, std::move(*models), http, pool);
  std::vector<Provider> opened;
  for (const auto& name : names_of(config, has_own)) {
    auto provider = opener.open(name);
    if (!provider) return provider.error();
    opened.push_back(std::move(*provider));
  }
  return opened;
}

}  // namespace imagegen
