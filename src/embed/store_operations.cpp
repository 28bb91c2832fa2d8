#include "embed/operation_table.hpp"

namespace imagegen {
namespace store_operation {
namespace {

namespace js = boost::json;
using json::Need;
using json::ObjectReader;

constexpr std::int64_t kLargestObject = std::int64_t{1} << 30U;  // bytes
constexpr std::int64_t kLargestByDefault = 256 << 20;

js::object to_object(const ObjectInfo& info, const std::string& url) {
  return {{"key", info.key},
          {"sizeBytes", info.size_bytes},
          {"etag", info.etag},
          {"contentType", info.content_type},
          {"url", url}};
}

std::optional<ObjectKey> read_key(ObjectReader& root) {
  auto key = ObjectKey::parse(root.text("key", Need::required));
  if (key) return std::move(*key);
  root.fault("key", key.error().message);
  return std::nullopt;
}

Request<std::optional<ObjectKey>> read_key_only(const js::object& request) {
  return read_request(request, read_key);
}

struct PutRequest {
  std::optional<ObjectKey> key;
  PutOptions options;
};

PutRequest read_put(ObjectReader& root) {
  PutRequest request{read_key(root), {}};
  if (const auto type = optional_text(root, "contentType")) request.options.content_type = *type;
  request.options.cache_control = optional_text(root, "cacheControl").value_or("");
  request.options.only_if_absent = root.flag("onlyIfAbsent", false);
  return request;
}

Task<OperationOutcome> put(OperationContext& context, js::object request) {
  const auto read = read_request(request, read_put);
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  const auto object = only_input(context, "the object");
  if (!object) co_return to_failure(object.error());
  const auto& wanted = std::get<PutRequest>(read);
  auto& store = runtime_of(context).store();
  const auto stored = co_await store.put(*wanted.key, object->view(), wanted.options);
  if (!stored) co_return to_failure(stored.error());
  co_return answer(to_object(*stored, store.url(*wanted.key)));
}

struct GetRequest {
  std::optional<ObjectKey> key;
  std::size_t max_bytes = 0;
};

Task<OperationOutcome> get(OperationContext& context, js::object request) {
  const auto read = read_request(request, [](ObjectReader& root) {
    GetRequest get{read_key(root)};
    const auto most = root.integer("maxBytes", 0, kLargestObject, Need::optional);
    get.max_bytes = static_cast<std::size_t>(most.value_or(kLargestByDefault));
    return get;
  });
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  const auto& wanted = std::get<GetRequest>(read);
  auto found = co_await runtime_of(context).store().get(*wanted.key, wanted.max_bytes);
  if (!found) co_return to_failure(found.error());
  js::object result{{"sizeBytes", found->size()}};
  std::vector<SharedBytes> bytes;
  bytes.emplace_back(std::move(*found));
  co_return answer(result, std::move(bytes));
}

Task<OperationOutcome> head(OperationContext& context, js::object request) {
  const auto key = read_key_only(request);
  if (const auto* faults = faults_of(key)) co_return to_failure(*faults);
  const auto& wanted = *std::get<std::optional<ObjectKey>>(key);
  auto& store = runtime_of(context).store();
  const auto found = co_await store.head(wanted);
  if (!found) co_return to_failure(found.error());
  js::object result{{"object", nullptr}};
  if (*found) result["object"] = to_object(**found, store.url(wanted));
  co_return answer(result);
}

Task<OperationOutcome> remove(OperationContext& context, js::object request) {
  const auto key = read_key_only(request);
  if (const auto* faults = faults_of(key)) co_return to_failure(*faults);
  const auto removed = co_await runtime_of(context).store().remove(*std::get<std::optional<ObjectKey>>(key));
  if (!removed) co_return to_failure(removed.error());
  co_return OperationResult{};
}

Task<OperationOutcome> url(OperationContext& context, js::object request) {
  const auto key = read_key_only(request);
  if (const auto* faults = faults_of(key)) co_return to_failure(*faults);
  js::object result{{"url", runtime_of(context).store().url(*std::get<std::optional<ObjectKey>>(key))}};
  co_return answer(result);
}

struct ListRequest {
  std::string prefix, after;
  std::size_t limit = 0;
};

Task<OperationOutcome> list(OperationContext& context, js::object request) {
  const auto read = read_request(request, [](ObjectReader& root) {
    ListRequest list{optional_text(root, "prefix").value_or(""), optional_text(root, "after").value_or("")};
    list.limit = static_cast<std::size_t>(root.integer("limit", 0, 10'000, Need::optional).value_or(1000));
    return list;
  });
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  const auto& wanted = std::get<ListRequest>(read);
  auto& store = runtime_of(context).store();
  const auto found = co_await store.list(wanted.prefix, wanted.limit, wanted.after);
  if (!found) co_return to_failure(found.error());
  js::array objects;
  for (const auto& info : *found) {
    // Other programs may have put there what is no key of ours.
    const auto key = ObjectKey::parse(info.key);
    objects.push_back(to_object(info, key ? store.url(*key) : std::string()));
  }
  js::object result{{"objects", std::move(objects)}};
  co_return answer(result);
}

Task<OperationOutcome> describe(OperationContext& context, js::object request) {
  const auto read = read_nothing(request);
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  const auto capability = runtime_of(context).store().capability();
  js::object result{
      {"name", capability.name}, {"keepsContentType", capability.keeps_content_type}, {"durable", capability.durable}};
  co_return answer(result);
}

constexpr std::string_view kKey = R"({"type": "object", "additionalProperties": false, "required": ["key"],
  "properties": {"key": {"type": "string", "minLength": 1, "maxLength": 1024}}})";
constexpr std::string_view kObject =
    R"({"type": "object", "required": ["key", "sizeBytes", "etag", "contentType", "url"],
  "properties": {"key": {"type": "string"}, "sizeBytes": {"type": "integer"}, "etag": {"type": "string"},
    "contentType": {"type": "string"}, "url": {"type": "string"}}})";

constexpr Operation kOperations[] = {
    {{"store.put", "Stores an object.",
      R"({"type": "object", "additionalProperties": false, "required": ["key"],
          "properties": {"key": {"type": "string", "minLength": 1, "maxLength": 1024},
            "contentType": {"type": "string"}, "cacheControl": {"type": "string"},
            "onlyIfAbsent": {"type": "boolean", "default": false}}})",
      kObject, "the object"},
     put},
    {{"store.get", "Fetches an object.",
      R"({"type": "object", "additionalProperties": false, "required": ["key"],
          "properties": {"key": {"type": "string", "minLength": 1, "maxLength": 1024},
            "maxBytes": {"type": "integer", "minimum": 0, "maximum": 1073741824, "default": 268435456}}})",
      R"({"type": "object", "required": ["sizeBytes"], "properties": {"sizeBytes": {"type": "integer"}}})", "",
      "the object"},
     get},
    {{"store.head", "Tells what is known of an object; null when there is none.", kKey,
      R"({"type": "object", "required": ["object"], "properties": {"object": {"type": ["object", "null"]}}})"},
     head},
    {{"store.remove", "Removes an object, if there is one.", kKey, R"({"type": "object"})"}, remove},
    {{"store.url", "Tells where a reader finds an object.", kKey,
      R"({"type": "object", "required": ["url"], "properties": {"url": {"type": "string"}}})"},
     url},
    {{"store.list", "Lists objects by key.",
      R"({"type": "object", "additionalProperties": false,
          "properties": {"prefix": {"type": "string"}, "after": {"type": "string"},
            "limit": {"type": "integer", "minimum": 0, "maximum": 10000, "default": 1000}}})",
      R"({"type": "object", "required": ["objects"], "properties": {"objects": {"type": "array"}}})"},
     list},
    {{"store.describe", "Tells what the store can do.", R"({"type": "object", "additionalProperties": false})",
      R"({"type": "object", "required": ["name", "keepsContentType", "durable"]})"},
     describe},
};

}  // namespace
}  // namespace store_operation

std::span<const Operation> store_operations() {
  return store_operation::kOperations;
}

}  // namespace imagegen
