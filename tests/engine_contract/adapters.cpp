#include "engine_contract/adapters.hpp"

#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace imagegen::test {
namespace {

namespace js = boost::json;

std::string text(const js::value& document, std::string_view name) {
  return std::string(document.at(name).as_string());
}

// A document that must be there is; what() says what came.
js::value result_of(CallOutcome outcome) {
  if (outcome.error) throw std::runtime_error(js::serialize(*outcome.error));
  return std::move(outcome.result);
}

ObjectInfo object_of(const js::value& document) {
  return {text(document, "key"), document.at("sizeBytes").to_number<std::uint64_t>(), text(document, "etag"),
          text(document, "contentType")};
}

class StoreAdapter final : public ObjectStore {
 public:
  explicit StoreAdapter(LanguageRuntime& runtime) : runtime_(runtime) {}

  StoreCapability capability() const override {
    const auto described = result_of(runtime_.call("store.describe"));
    return {text(described, "name"), described.at("keepsContentType").as_bool(), described.at("durable").as_bool()};
  }
  Task<Result<ObjectInfo>> put(ObjectKey key, ByteView data, PutOptions options) override {
    js::object request{{"key", key.str()},
                       {"contentType", options.content_type},
                       {"cacheControl", options.cache_control},
                       {"onlyIfAbsent", options.only_if_absent}};
    std::vector<Bytes> inputs;
    inputs.emplace_back(data.begin(), data.end());
    const auto outcome = co_await ask(runtime_, "store.put", std::move(request), std::move(inputs));
    if (outcome.error) co_return error_of(*outcome.error);
    co_return object_of(outcome.result);
  }
  Task<Result<Bytes>> get(ObjectKey key, std::size_t max_bytes) override {
    js::object request{{"key", key.str()}, {"maxBytes", max_bytes}};
    auto outcome = co_await ask(runtime_, "store.get", std::move(request));
    if (outcome.error) co_return error_of(*outcome.error);
    co_return std::move(outcome.files.at(0));
  }
  Task<Result<std::optional<ObjectInfo>>> head(ObjectKey key) override {
    js::object request{{"key", key.str()}};
    const auto outcome = co_await ask(runtime_, "store.head", std::move(request));
    if (outcome.error) co_return error_of(*outcome.error);
    const auto& object = outcome.result.at("object");
    if (object.is_null()) co_return std::optional<ObjectInfo>();
    co_return std::optional<ObjectInfo>(object_of(object));
  }
  Task<Result<void>> remove(ObjectKey key) override {
    js::object request{{"key", key.str()}};
    const auto outcome = co_await ask(runtime_, "store.remove", std::move(request));
    if (outcome.error) co_return error_of(*outcome.error);
    co_return Result<void>{};
  }
  Task<Result<std::vector<ObjectInfo>>> list(std::string prefix, std::size_t limit, std::string after) override {
    js::object request{{"prefix", prefix}, {"limit", limit}, {"after", after}};
    const auto outcome = co_await ask(runtime_, "store.list", std::move(request));
    if (outcome.error) co_return error_of(*outcome.error);
    std::vector<ObjectInfo> objects;
    for (const auto& object : outcome.result.at("objects").as_array()) objects.push_back(object_of(object));
    co_return objects;
  }
  std::string url(const ObjectKey& key) const override {
    return text(result_of(runtime_.call("store.url", {{"key", key.str()}})), "url");
  }

 private:
  LanguageRuntime& runtime_;
};

SizeOffer sizes_of(const js::value& document) {
  SizeList listed;
  for (const auto& size : document.at("fixed").as_array())
    listed.sizes.push_back({size.at(0).to_number<int>(), size.at(1).to_number<int>()});
  if (!listed.sizes.empty()) return listed;
  SizeRule rule;
  rule.multiple_of = document.at("multipleOf").to_number<int>();
  rule.min_pixels = document.at("minPixels").to_number<std::int64_t>();
  rule.max_pixels = document.at("maxPixels").to_number<std::int64_t>();
  rule.max_side = document.at("maxSide").to_number<int>();
  rule.max_aspect = document.at("maxAspect").to_number<double>();
  return rule;
}

ModelCapability model_of(const js::value& document) {
  ModelCapability model;
  model.model = text(document, "model"), model.default_quality = text(document, "quality");
  model.sizes = sizes_of(document.at("sizes"));
  model.max_images = document.at("maxImagesPerCall").to_number<int>();
  model.prompt.most = document.at("maxPromptChars").to_number<std::size_t>();
  return model;
}

js::object to_json(const RemoteTask& task) {
  return {{"provider", task.provider}, {"id", task.id}, {"resumeUrl", task.resume_url}};
}

GeneratedImages images_of(CallOutcome outcome) {
  GeneratedImages made;
  made.request_id = text(outcome.result, "requestId");
  const auto& images = outcome.result.at("images").as_array();
  for (std::size_t i = 0; i < images.size(); ++i)
    made.images.push_back({std::move(outcome.files.at(i)), text(images[i], "revisedPrompt")});
  return made;
}

class ProviderAdapter final : public ImageProvider {
 public:
  ProviderAdapter(LanguageRuntime& runtime, Clock& clock) : runtime_(runtime), clock_(clock) {
    const auto described = result_of(runtime_.call("provider.describe"));
    capability_.provider = text(described, "provider");
    for (const auto& model : described.at("models").as_array()) capability_.models.push_back(model_of(model));
  }

  const ProviderCapability& capability() const override { return capability_; }
  Task<Result<Submission>> submit(ImageRequest wanted, CallContext context) override {
    const Deadline deadline = context.deadline;
    const auto size = pixels_of(wanted);
    js::object request{{"outsideTheLedger", true},
                       {"prompt", wanted.prompt.text},
                       {"width", size.width},
                       {"height", size.height},
                       {"count", wanted.count}};
    if (deadline.at != Deadline::never().at) request["timeoutMs"] = left(deadline);
    auto outcome = co_await ask(runtime_, "provider.submit", std::move(request));
    if (outcome.error) co_return error_of(*outcome.error);
    co_return Submission(images_of(std::move(outcome)));
  }
  Task<Result<GeneratedImages>> resume(RemoteTask task, CallContext) override {
    js::object request{{"task", to_json(task)}};
    auto outcome = co_await ask(runtime_, "provider.resume", std::move(request));
    if (outcome.error) co_return error_of(*outcome.error);
    co_return images_of(std::move(outcome));
  }
  Task<Result<void>> cancel(RemoteTask task, Deadline /*deadline*/) override {
    js::object request{{"task", to_json(task)}};
    const auto outcome = co_await ask(runtime_, "provider.cancel", std::move(request));
    if (outcome.error) co_return error_of(*outcome.error);
    co_return Result<void>{};
  }
  Task<Result<void>> check(Deadline /*deadline*/) override {
    const auto outcome = co_await ask(runtime_, "provider.check", {});
    if (outcome.error) co_return error_of(*outcome.error);
    co_return Result<void>{};
  }

 private:
  std::int64_t left(Deadline deadline) const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline.at - clock_.now());
    return std::max<std::int64_t>(0, left.count());
  }

  LanguageRuntime& runtime_;
  Clock& clock_;
  ProviderCapability capability_;
};

js::object to_json(const AssetRecord& asset) {
  return {{"id", asset.id},
          {"kind", asset.kind},
          {"objectKey", asset.object_key},
          {"url", asset.url},
          {"contentType", asset.content_type},
          {"sha256", asset.sha256},
          {"width", asset.size.width},
          {"height", asset.size.height},
          {"sizeBytes", asset.size_bytes},
          {"jobId", asset.job_id},
          {"owner", asset.owner},
          {"provider", asset.provider},
          {"model", asset.model},
          {"promptSha256", asset.prompt_sha256},
          {"extra", asset.extra},
          {"created", to_unix_ms(asset.created)}};
}

AssetRecord asset_of(const js::value& document) {
  AssetRecord asset;
  asset.id = text(document, "id"), asset.kind = text(document, "kind"), asset.object_key = text(document, "objectKey");
  asset.url = text(document, "url"), asset.content_type = text(document, "contentType");
  asset.sha256 = text(document, "sha256");
  asset.size = {document.at("width").to_number<int>(), document.at("height").to_number<int>()};
  asset.size_bytes = document.at("sizeBytes").to_number<std::uint64_t>();
  asset.job_id = text(document, "jobId"), asset.owner = text(document, "owner");
  asset.provider = text(document, "provider"), asset.model = text(document, "model");
  asset.prompt_sha256 = text(document, "promptSha256"), asset.extra = text(document, "extra");
  asset.created = from_unix_ms(document.at("created").to_number<std::int64_t>());
  return asset;
}

class AssetAdapter final : public AssetStore {
 public:
  explicit AssetAdapter(LanguageRuntime& runtime) : runtime_(runtime) {}

  Task<Result<void>> put(AssetRecord asset) override {
    js::object request{{"asset", to_json(asset)}};
    const auto outcome = co_await ask(runtime_, "assets.put", std::move(request));
    if (outcome.error) co_return error_of(*outcome.error);
    co_return Result<void>{};
  }
  Task<Result<std::optional<AssetRecord>>> find(std::string id) override {
    js::object request{{"id", id}};
    const auto outcome = co_await ask(runtime_, "assets.get", std::move(request));
    if (outcome.error) co_return error_of(*outcome.error);
    const auto& asset = outcome.result.at("asset");
    if (asset.is_null()) co_return std::optional<AssetRecord>();
    co_return std::optional<AssetRecord>(asset_of(asset));
  }
  Task<Result<AssetPage>> list(AssetQuery query) override {
    js::object request{{"after", query.after}, {"limit", query.limit}};
    if (query.job_id) request["jobId"] = *query.job_id;
    if (query.owner) request["owner"] = *query.owner;
    if (query.kind) request["kind"] = *query.kind;
    if (query.sha256) request["sha256"] = *query.sha256;
    const auto outcome = co_await ask(runtime_, "assets.list", std::move(request));
    if (outcome.error) co_return error_of(*outcome.error);
    AssetPage page;
    for (const auto& asset : outcome.result.at("assets").as_array()) page.assets.push_back(asset_of(asset));
    page.next = text(outcome.result, "next");
    co_return page;
  }
  Task<Result<void>> remove(std::string id) override {
    js::object request{{"id", id}};
    const auto outcome = co_await ask(runtime_, "assets.remove", std::move(request));
    if (outcome.error) co_return error_of(*outcome.error);
    co_return Result<void>{};
  }

 private:
  LanguageRuntime& runtime_;
};

Delivery delivery_of(std::string_view word) {
  if (word == "not_sent") return Delivery::not_sent;
  if (word == "unknown") return Delivery::unknown;
  if (word == "answered") return Delivery::answered;
  throw std::runtime_error("delivery: expected not_sent, unknown or answered, got \"" + std::string(word) + "\"");
}

}  // namespace

Error error_of(const js::object& document) {
  const auto code = text(document, "code");
  Error error;
  error.message = document.contains("message") ? text(document, "message") : "";
  const auto known = parse_errc(code);
  if (!known) throw std::runtime_error(js::serialize(document));
  error.code = *known;
  error.delivery = delivery_of(text(document, "delivery"));
  const auto* retryable = document.if_contains("retryable");
  if (retryable && retryable->as_bool()) error.retry = Retry::later;
  if (const auto* after = document.if_contains("retryAfterMs"); after && after->is_number())
    error.retry_after = std::chrono::milliseconds(after->to_number<std::int64_t>());
  return error;
}

std::unique_ptr<ObjectStore> adapt_store(LanguageRuntime& runtime) {
  return std::make_unique<StoreAdapter>(runtime);
}
std::unique_ptr<ImageProvider> adapt_provider(LanguageRuntime& runtime, Clock& clock) {
  return std::make_unique<ProviderAdapter>(runtime, clock);
}
std::unique_ptr<AssetStore> adapt_assets(LanguageRuntime& runtime) {
  return std::make_unique<AssetAdapter>(runtime);
}

}  // namespace imagegen::test
