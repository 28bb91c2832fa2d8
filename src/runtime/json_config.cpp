#include <imagegen/runtime/runtime_config.hpp>

#include <boost/json.hpp>

#include "json/object_reader.hpp"

namespace imagegen {
namespace {

using json::Need;
using json::ObjectReader;
using std::chrono::milliseconds;

constexpr std::size_t kLargestConfig = 8U << 20U;  // bytes; it may hold a price table
constexpr std::int64_t kLongestTimeMs = 24LL * 3600 * 1000;

class ConfigReader {
 public:
  explicit ConfigReader(RuntimeConfig& config) : config_(config) {}

  std::vector<FieldFault> read(const boost::json::value& document) {
    ObjectReader root(document, "", faults_);
    into(root, "provider", config_.provider);
    into(root, "store", config_.store);
    into(root, "publicBaseUrl", config_.public_base_url);
    into(root, "events", config_.events_file);
    into(root, "spool", config_.spool);
    into(root, "packs", config_.packs);
    time(root, "hostTimeoutMs", config_.host_timeout);
    if (const auto threads = root.integer("threads", 1, 256, Need::optional))
      config_.threads = static_cast<std::size_t>(*threads);
    if (const auto* prices = root.value("prices")) config_.prices_json = boost::json::serialize(*prices);
    if (const auto* models = root.value("models")) config_.models_json = boost::json::serialize(*models);
    into(root, "state", config_.state.url);
    into(root, "stateLedger", config_.state.ledger_url);
    count(root, "stateConnections", 1, 64, config_.state.connections);
    section(root, "prompts", [this](ObjectReader& part) { prompts(part); });
    section(root, "enhancer", [this](ObjectReader& part) { enhancer(part); });
    section(root, "worker", [this](ObjectReader& part) { worker(part); });
    section(root, "budgets", [this](ObjectReader& part) { budgets(part); });
    section(root, "providerLimits", [this](ObjectReader& part) { limits(part, config_.limits.each_provider); });
    section(root, "userLimits", [this](ObjectReader& part) { limits(part, config_.limits.user); });
    section(root, "openai", [this](ObjectReader& part) { openai(part, config_.openai), own_limits(part, "openai"); });
    providers(root);
    route(root);
    section(root, "s3", [this](ObjectReader& part) { s3(part); });
    section(root, "http", [this](ObjectReader& part) { http(part); });
    section(root, "retry", [this](ObjectReader& part) { retry(part); });
    section(root, "heroes", [this](ObjectReader& part) { heroes(part); });
    root.refuse_unknown();
    return std::move(faults_);
  }

 private:
  void section(ObjectReader& root, std::string_view name, const std::function<void(ObjectReader&)>& read_part) {
    const auto* value = root.value(name);
    if (!value) return;
    ObjectReader part(*value, std::string(name), faults_);
    read_part(part);
    part.refuse_unknown();
  }

  static void openai(ObjectReader& part, OpenAiOptions& openai) {
    into(part, "apiKey", openai.api_key);
    into(part, "host", openai.host);
    into(part, "baseUrl", openai.base_url);
    into(part, "model", openai.model);
    into(part, "quality", openai.quality);
    into(part, "organization", openai.organization);
    into(part, "project", openai.project);
    into(part, "keyHeader", openai.key_header);
    into(part, "apiVersion", openai.api_version);
    into(part, "moderation", openai.moderation);
    into(part, "background", openai.background);
  }

  void providers(ObjectReader& root) {
    const auto* value = root.value("providers");
    if (!value) return;
    if (!value->is_object()) return root.fault("providers", "expected an object, got " + json::describe(*value));
    for (const auto& [name, section] : value->get_object()) {
      if (name.empty()) root.fault("providers", "expected names, got an empty one");
      if (name == "openai" && root.has("openai"))
        root.fault("providers.openai", "expected one of the sections openai and providers.openai, got both");
      ObjectReader part(section, "providers." + std::string(name), faults_);
      auto& config = config_.providers[std::string(name)];
      into(part, "kind", config.kind);
      openai(part, config.openai);
      own_limits(part, std::string(name));
      part.refuse_unknown();
    }
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
    if (!list) return;
    config_.route.clear();
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
    if (!s3.endpoint.empty()) s3.path_style = true;
    s3.path_style = part.flag("pathStyle", s3.path_style);
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
    const auto* hosts = part.array("allowedHosts", 1000, Need::optional);
    if (!hosts) return;
    config_.http.allowed_hosts.clear();
    for (const auto& host : *hosts) {
      if (const auto* name = host.if_string())
        config_.http.allowed_hosts.emplace_back(*name);
      else
        part.fault("allowedHosts", "expected strings, got " + json::describe(host));
    }
  }

  void retry(ObjectReader& part) {
    count(part, "maxAttempts", 1, 20, config_.retry.max_attempts);
    time(part, "baseDelayMs", config_.retry.base_delay);
    time(part, "maxDelayMs", config_.retry.max_delay);
    time(part, "maxRetryAfterMs", config_.retry.max_retry_after);
  }

  void heroes(ObjectReader& part) {
    auto& heroes = config_.heroes;
    into(part, "promptTemplate", heroes.prompt_template);
    if (const auto shots = part.integer("maxConcurrentShots", 1, 64, Need::optional))
      heroes.max_concurrent_shots = static_cast<std::size_t>(*shots);
    time(part, "masterTimeoutMs", heroes.master_timeout);
    if (const auto masters = part.integer("mastersInMemory", 1, 100'000, Need::optional))
      config_.heroes_in_memory = static_cast<std::size_t>(*masters);
    dollars(part, "budget", heroes.budget);
    heroes.allow_unknown_price = part.flag("allowUnknownPrice", heroes.allow_unknown_price);
    heroes.again_when_unknown = part.flag("buyAgainWhenUnknown", heroes.again_when_unknown);
    if (part.has("provenance")) provenance(part, heroes.provenance);
  }

  void prompts(ObjectReader& part) {
    auto& prompts = config_.prompts;
    count(part, "width", 1, 65'535, prompts.size.width);
    count(part, "height", 1, 65'535, prompts.size.height);
    if (part.has("format")) {
      const auto format = parse_image_format(part.text("format", Need::optional));
      if (format)
        prompts.encoding.format = *format;
      else
        part.fault("format", format.error().message);
    }
    count(part, "quality", 0, 100, prompts.encoding.quality);
    prompts.again_when_unknown = part.flag("buyAgainWhenUnknown", prompts.again_when_unknown);
    time(part, "enhanceTimeoutMs", prompts.enhance_timeout);
    time(part, "imageTimeoutMs", prompts.image_timeout);
  }

  void budgets(ObjectReader& part) {
    auto& budgets = config_.budgets;
    dollars(part, "job", budgets.job);
    dollars(part, "user", budgets.user);
    dollars(part, "day", budgets.day);
    dollars(part, "total", budgets.total);
    budgets.allow_unknown_price = part.flag("allowUnknownPrice", budgets.allow_unknown_price);
  }

  void enhancer(ObjectReader& part) {
    auto& openai = config_.enhancer.openai;
    into(part, "kind", config_.enhancer.kind);
    into(part, "instructions", config_.enhancer.instructions);
    into(part, "apiKey", openai.api_key);
    into(part, "baseUrl", openai.base_url);
    into(part, "organization", openai.organization);
    into(part, "project", openai.project);
    into(part, "keyHeader", openai.key_header);
    into(part, "apiVersion", openai.api_version);
    into(part, "model", openai.model);
    into(part, "reasoningEffort", openai.reasoning_effort);
    if (const auto temperature = part.number("temperature", 0, 2, Need::optional)) openai.temperature = temperature;
    if (const auto seed = part.integer("seed", INT64_MIN, INT64_MAX, Need::optional)) openai.seed = seed;
    count(part, "maxTokens", 1, 100'000, openai.max_tokens);
    if (const auto bytes = part.integer("maxAnswerBytes", 1024, 16 << 20, Need::optional))
      openai.max_answer_bytes = static_cast<std::size_t>(*bytes);
  }

  void worker(ObjectReader& part) {
    auto& worker = config_.worker;
    if (const auto jobs = part.integer("concurrency", 1, 100'000, Need::optional))
      worker.concurrency = static_cast<std::size_t>(*jobs);
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

  static void dollars(ObjectReader& part, std::string_view name, std::optional<Usd>& out) {
    if (const auto amount = part.dollars(name, Need::optional)) out = amount;
  }

  static void provenance(ObjectReader& part, HeroProvenance& out) {
    const std::string word = part.text("provenance", Need::optional);
    if (word == "none")
      out = HeroProvenance::none;
    else if (word == "source")
      out = HeroProvenance::source;
    else if (word == "detailed")
      out = HeroProvenance::detailed;
    else
      part.fault("provenance", "expected none, source or detailed");
  }

  static void into(ObjectReader& part, std::string_view name, std::string& out) {
    if (part.has(name)) out = part.text(name, Need::optional);
  }
  static void into(ObjectReader& part, std::string_view name, Secret& out) {
    // A wrong secret must not be quoted in a fault, so it is not read as text before it is known to be one.
    const auto* value = part.value(name);
    if (value && value->is_string())
      out = Secret(std::string(value->get_string()));
    else if (value)
      part.fault(name, "expected a string");
  }
  static void count(ObjectReader& part, std::string_view name, std::int64_t low, std::int64_t high, int& out) {
    if (const auto number = part.integer(name, low, high, Need::optional)) out = static_cast<int>(*number);
  }
  static void time(ObjectReader& part, std::string_view name, milliseconds& out) {
    if (const auto number = part.integer(name, 1, kLongestTimeMs, Need::optional)) out = milliseconds(*number);
  }

  RuntimeConfig& config_;
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
