#include "runtime/open_providers.hpp"

#include <imagegen/core/shown_text.hpp>
#include <imagegen/image/encode.hpp>

#include <algorithm>

#include "runtime/provider_kinds.hpp"

namespace imagegen {
namespace {

using Provider = std::unique_ptr<ImageProvider>;

class Opener {
 public:
  Opener(const RuntimeConfig& config, ModelTable models, HttpClient& http, ThreadPool& pool)
      : config_(config), models_(std::move(models)), http_(http), pool_(pool) {}

  Result<Provider> open(const std::string& name) {
    const auto* kind = kind_of_provider(config_, name);
    if (!kind) return unknown(name);
    auto made = kind->open(config_.provider_named(name).settings, opening_of(name));
    if (!made && name != kind->name) return in_context(made.error(), "provider " + name);
    return made;
  }

 private:
  ProviderOpening opening_of(const std::string& name) {
    ProviderOpening opening{name, {}, models_, http_, pool_, system_clock(), &encode_png, config_.keys_later};
    for (const ProviderModel& asked : config_.route)
      if (asked.provider == name && !asked.model.empty()) opening.also_asked.push_back(asked.model);
    return opening;
  }

  Error unknown(const std::string& name) const {
    if (config_.providers.contains(name))
      return {Errc::invalid_argument, "providers." + name + ".kind: expected " + names_of_provider_kinds(" or ") +
                                          ", got " + in_quotes(config_.provider_named(name).kind)};
    std::string known = names_of_provider_kinds(", ");
    for (const auto& [other, ignored] : config_.providers)
      if (!find_provider_kind(other)) known += ", " + other;
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
std::vector<std::string> names_of(const RuntimeConfig& config, const std::vector<std::string>& hosts) {
  std::vector<std::string> names;
  const auto add = [&names](const std::string& name) {
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  const auto is_hosts = [&hosts](const std::string& name) { return std::ranges::find(hosts, name) != hosts.end(); };
  if (hosts.empty()) add(config.provider);
  for (const auto& [name, provider] : config.providers)
    if (!provider.kind.empty() || !find_provider_kind(name)) add(name);
  for (const auto& asked : config.route)
    if (hosts.empty() || (find_provider_kind(asked.provider) && !is_hosts(asked.provider))) add(asked.provider);
  return names;
}

}  // namespace

Result<std::vector<Provider>> open_providers(const RuntimeConfig& config, const std::vector<std::string>& hosts,
                                             HttpClient& http, ThreadPool& pool) {
  auto models = models_for(config);
  if (!models) return models.error();
  Opener opener(config, std::move(*models), http, pool);
  std::vector<Provider> opened;
  for (const auto& name : names_of(config, hosts)) {
    auto provider = opener.open(name);
    if (!provider) return provider.error();
    opened.push_back(std::move(*provider));
  }
  return opened;
}

}  // namespace imagegen
