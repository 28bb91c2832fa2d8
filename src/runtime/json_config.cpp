#include <imagegen/runtime/runtime_config.hpp>

#include <boost/json.hpp>

#include <algorithm>

#include "config/config_fields.hpp"
#include "json/object_reader.hpp"
#include "runtime/provider_kinds.hpp"
#include "runtime/s3_path_style.hpp"
#include "runtime/workflows.hpp"

namespace imagegen {
namespace {

using config::count;
using config::dollars;
using config::into;
using config::section;
using config::time;
using json::Need;
using json::ObjectReader;

constexpr std::size_t kLargestConfig = 8U << 20U;  // bytes; it may hold a price table

bool names_model(const boost::json::value* section) {
  const auto* fields = section ? section->if_object() : nullptr;
  return fields && (fields->contains("model") || fields->contains("quality"));
}

class ConfigReader {
 public:
  explicit ConfigReader(RuntimeConfig& config) : config_(config) {}

  std::vector<FieldFault> read(const boost::json::value& document) {
    ObjectReader root(document, "", faults_);
    names_one_ = root.has("provider");
    into(root, "provider", config_.provider);
    into(root, "store", config_.store);
    into(root, "publicBaseUrl", config_.public_base_url);
    into(root, "events", config_.events_file);
    into(root, "spool", config_.spool);
    time(root, "hostTimeoutMs", config_.host_timeout);
    count(root, "threads", 1, 256, config_.threads);
    if (const auto* prices = root.value("prices")) config_.prices_json = boost::json::serialize(*prices);
    if (const auto* models = root.value("models")) config_.models_json = boost::json::serialize(*models);
    into(root, "state", config_.state.url);
    into(root, "stateLedger", config_.state.ledger_url);
    count(root, "stateConnections", 1, 64, config_.state.connections);
    section(root, "worker", faults_, [this](ObjectReader& part) { worker(part); });
    section(root, "budgets", faults_, [this](ObjectReader& part) { budgets(part); });
    section(root, "providerLimits", faults_, [this](ObjectReader& part) { limits(part, config_.limits.each_provider); });
    section(root, "userLimits", faults_, [this](ObjectReader& part) { limits(part, config_.limits.user); });
    for (const ProviderKind* kind : provider_kinds()) first_of(*kind, root);
    providers(root);
    route(root);
    section(root, "s3", faults_, [this](ObjectReader& part) { s3(part); });
    section(root, "http", faults_, [this](ObjectReader& part) { http(part); });
    section(root, "retry", faults_, [this](ObjectReader& part) { retry(part); });
    for (const WorkflowKind* kind : workflows()) kind->read_document(root, faults_, config_);
    root.refuse_unknown();
    return std::move(faults_);
  }

 private:
  // The provider that has the name of its kind.
  void first_of(const ProviderKind& kind, ObjectReader& root) {
    section(root, kind.name, faults_, [&](ObjectReader& part) {
      kind.read_document(part, SectionPlace::root, config_.provider_named(kind.name).settings);
      own_limits(part, std::string(kind.name));
    });
    names_one_ = names_one_ || names_model(root.value(kind.name));
  }

  void providers(ObjectReader& root) {
    const auto* value = root.value("providers");
    if (!value) return;
    if (!value->is_object()) return root.fault("providers", "expected an object, got " + json::describe(*value));
    for (const auto& [key, section] : value->get_object()) {
      const std::string name(key);
      if (name.empty()) root.fault("providers", "expected names, got an empty one");
      if (find_provider_kind(name) && root.has(name))
        root.fault("providers." + name,
                   "expected one of the sections " + name + " and providers." + name + ", got both");
      ObjectReader part(section, "providers." + name, faults_);
      named(part, name);
      part.refuse_unknown();
      names_one_ = names_one_ || (find_provider_kind(name) && names_model(&section));
    }
  }

  void named(ObjectReader& part, const std::string& name) {
    const bool is_first = find_provider_kind(name) != nullptr;
    auto& provider = config_.provider_named(name);
    into(part, "kind", provider.kind);
    if (is_first && provider.kind.empty()) provider.kind = name;
    const auto place = is_first ? SectionPlace::own : SectionPlace::further;
    if (const auto* kind = find_provider_kind(provider.kind))
      kind->read_document(part, place, provider.settings);
    else
      of_any_kind(part, place, provider.settings);
    own_limits(part, name);
  }

  // Another layer may say the kind. What is for another one stays unused.
  void of_any_kind(ObjectReader& part, SectionPlace place, Sections& settings) {
    const auto before = faults_.size();
    for (const ProviderKind* kind : provider_kinds()) kind->read_document(part, place, settings);
    const std::vector<FieldFault> found(faults_.begin() + static_cast<std::ptrdiff_t>(before), faults_.end());
    faults_.resize(before);
    for (const FieldFault& fault : found)  // of several kinds, the same one
      if (std::ranges::find(faults_, fault.path, &FieldFault::path) == faults_.end()) faults_.push_back(fault);
  }

  // What one provider, and each of its models, is limited to.
  void own_limits(ObjectReader& part, const std::string& name) {
    if (const auto* value = part.value("limits")) {
      ObjectReader own(*value, part.path_of("limits"), faults_);
      limits(own, config_.limits.providers[name]);
      own.refuse_unknown();
    }
    const auto* value = part.value("modelLimits");
    if (!value) return;
    if (!value->is_object()) return part.fault("modelLimits", "expected an object, got " + json::describe(*value));
    for (const auto& [model, rates] : value->get_object()) {
      ObjectReader own(rates, part.path_of("modelLimits") + "." + std::string(model), faults_);
      limits(own, config_.limits.models[name + "/" + std::string(model)]);
      own.refuse_unknown();
    }
  }

  void route(ObjectReader& root) {
    const auto* list = root.array("route", kLongestRoute, Need::optional);
    if (list || names_one_) config_.route.clear();
    if (!list) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
      ObjectReader part((*list)[i], "route[" + std::to_string(i) + "]", faults_);
      ProviderModel asked{part.text("provider", Need::required)};
      into(part, "model", asked.model);
      into(part, "quality", asked.quality);
      part.refuse_unknown();
      config_.route.push_back(std::move(asked));
    }
  }

  void s3(ObjectReader& part) {
    auto& s3 = config_.s3;
    into(part, "region", s3.region);
    into(part, "endpoint", s3.endpoint);
    if (part.has("pathStyle")) config_.of<S3PathStyle>().said = part.flag("pathStyle", false);
    settle_path_style(config_);
    into(part, "accessKeyId", s3.access_key_id);
    into(part, "secretAccessKey", s3.secret_access_key);
    into(part, "sessionToken", s3.session_token);
    count(part, "maxAttempts", 1, 20, s3.max_attempts);
    config_.require_write_once = part.flag("requireWriteOnce", config_.require_write_once);
  }

  void http(ObjectReader& part) {
    into(part, "caFile", config_.http.ca_file);
    into(part, "proxy", config_.http.proxy);
    time(part, "connectTimeoutMs", config_.http.connect_timeout);
    time(part, "idleTimeoutMs", config_.http.idle_timeout);
    if (part.has("allowedHosts")) config_.http.allowed_hosts = part.texts("allowedHosts", 1000, Need::optional);
  }

  void retry(ObjectReader& part) {
    count(part, "maxAttempts", 1, 20, config_.retry.max_attempts);
    time(part, "baseDelayMs", config_.retry.base_delay);
    time(part, "maxDelayMs", config_.retry.max_delay);
    time(part, "maxRetryAfterMs", config_.retry.max_retry_after);
  }

  void budgets(ObjectReader& part) {
    auto& budgets = config_.budgets;
    dollars(part, "job", budgets.job);
    dollars(part, "user", budgets.user);
    dollars(part, "day", budgets.day);
    dollars(part, "total", budgets.total);
    budgets.allow_unknown_price = part.flag("allowUnknownPrice", budgets.allow_unknown_price);
  }

  void worker(ObjectReader& part) {
    auto& worker = config_.worker;
    count(part, "concurrency", 1, 100'000, worker.concurrency);
    time(part, "leaseMs", worker.lease);
    time(part, "heartbeatMs", worker.heartbeat);
    time(part, "pollMs", worker.poll);
    count(part, "mostTries", 1, 1000, worker.most_tries);
    count(part, "mostCrashes", 1, 1000, worker.most_crashes);
    count(part, "maxRunningPerOwner", 0, 100'000, worker.max_running_per_owner);
  }

  static void limits(ObjectReader& part, PermitRates& rates) {
    count(part, "maxConcurrent", 0, 100'000, rates.max_concurrent);
    count(part, "perMinute", 0, 60'000, rates.per_minute);
  }

  RuntimeConfig& config_;
  bool names_one_ = false;  // so that no route of a layer below it is asked
  std::vector<FieldFault> faults_;
};

}  // namespace

std::vector<FieldFault> apply_json(RuntimeConfig& config, std::string_view text) {
  const auto document = json::parse(text, kLargestConfig);
  if (!document) return {{"", document.error().message}};
  auto changed = config;
  auto faults = ConfigReader(changed).read(*document);
  if (faults.empty()) config = std::move(changed);
  return faults;
}

}  // namespace imagegen
