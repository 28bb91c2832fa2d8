#include "engine/operation_table.hpp"

namespace imagegen {
namespace store_operation {
namespace {

using json::field;

struct KeyRequest {
  std::optional<ObjectKey> key;  // has a value when it was read without a fault
};

const json::Fields<KeyRequest>& fields_of(const KeyRequest*) {
  static const auto& all = *new json::Fields<KeyRequest>("", {field("key", &KeyRequest::key).needed()});
  return all;
}

// What is known of an object, and where readers find it.
struct Stored {
  ObjectInfo info;
  std::string url;
};

const json::Fields<Stored>& fields_of(const Stored*) {
  static const auto& all = *new json::Fields<Stored>([] {
    using I = ObjectInfo;
    json::Fields<I> info("", {field("key", &I::key), field("sizeBytes", &I::size_bytes), field("etag", &I::etag),
                              field("contentType", &I::content_type)});
    json::Fields<Stored> fields("StoredObject", {});
    return fields.with(&Stored::info, info).also({"", {field("url", &Stored::url, "where readers find it")}});
  }());
  return all;
}

struct PutRequest : KeyRequest {
  std::optional<std::string> content_type;
  std::string cache_control;
  bool only_if_absent = false;
};

json::Fields<PutRequest> put_fields() {
  using Q = PutRequest;
  return {"",
          {json::field_of<Q>("key", &Q::key).needed(), field("contentType", &Q::content_type),
           field("cacheControl", &Q::cache_control), field("onlyIfAbsent", &Q::only_if_absent)}};
}

Task<Answer<Stored>> put(OperationContext& context, PutRequest wanted) {
  const auto object = only_input(context, "the object");
  if (!object) co_return to_failure(object.error());
  PutOptions options;
  options.content_type = wanted.content_type.value_or(options.content_type);
  options.cache_control = wanted.cache_control;
  options.only_if_absent = wanted.only_if_absent;
  auto& store = runtime_of(context).store();
  auto stored = co_await store.put(*wanted.key, object->view(), options);
  if (!stored) co_return to_failure(stored.error());
  Answered<Stored> answer{{std::move(*stored), store.url(*wanted.key)}};
  co_return answer;
}

struct GetRequest : KeyRequest {
  std::size_t max_bytes = std::size_t{256} << 20U;
};

json::Fields<GetRequest> get_fields() {
  return {"",
          {json::field_of<GetRequest>("key", &GetRequest::key).needed(),
           field("maxBytes", &GetRequest::max_bytes).range(0, std::int64_t{1} << 30U)}};
}

struct Fetched {
  std::size_t size_bytes = 0;
};

const json::Fields<Fetched>& fields_of(const Fetched*) {
  static const auto& all = *new json::Fields<Fetched>("", {field("sizeBytes", &Fetched::size_bytes)});
  return all;
}

Task<Answer<Fetched>> get(OperationContext& context, GetRequest wanted) {
  auto found = co_await runtime_of(context).store().get(*wanted.key, wanted.max_bytes);
  if (!found) co_return to_failure(found.error());
  Answered<Fetched> answer{{found->size()}};
  answer.bytes.emplace_back(std::move(*found));
  co_return answer;
}

struct MaybeStored {
  std::optional<Stored> object;
};

const json::Fields<MaybeStored>& fields_of(const MaybeStored*) {
  static const auto& all = *new json::Fields<MaybeStored>("", {field("object", &MaybeStored::object).or_null()});
  return all;
}

Task<Answer<MaybeStored>> head(OperationContext& context, KeyRequest wanted) {
  auto& store = runtime_of(context).store();
  auto found = co_await store.head(*wanted.key);
  if (!found) co_return to_failure(found.error());
  Answered<MaybeStored> answer;
  if (*found) answer.result.object = Stored{std::move(**found), store.url(*wanted.key)};
  co_return answer;
}

Task<Answer<Nothing>> remove(OperationContext& context, KeyRequest wanted) {
  const auto removed = co_await runtime_of(context).store().remove(*wanted.key);
  if (!removed) co_return to_failure(removed.error());
  co_return Answered<Nothing>();
}

struct Url {
  std::string url;
};

const json::Fields<Url>& fields_of(const Url*) {
  static const auto& all = *new json::Fields<Url>("", {field("url", &Url::url)});
  return all;
}

Task<Answer<Url>> url(OperationContext& context, KeyRequest wanted) {
  Answered<Url> answer{{runtime_of(context).store().url(*wanted.key)}};
  co_return answer;
}

struct ListRequest {
  std::string prefix, after;
  std::size_t limit = 1000;
};

const json::Fields<ListRequest>& fields_of(const ListRequest*) {
  using Q = ListRequest;
  static const auto& all = *new json::Fields<Q>(
      "", {field("prefix", &Q::prefix), field("after", &Q::after, "the last key of the page before"),
           field("limit", &Q::limit).range(0, 10'000)});
  return all;
}

struct Listed {
  std::vector<Stored> objects;
};

const json::Fields<Listed>& fields_of(const Listed*) {
  static const auto& all = *new json::Fields<Listed>("", {field("objects", &Listed::objects)});
  return all;
}

Task<Answer<Listed>> list(OperationContext& context, ListRequest wanted) {
  auto& store = runtime_of(context).store();
  auto found = co_await store.list(wanted.prefix, wanted.limit, wanted.after);
  if (!found) co_return to_failure(found.error());
  Answered<Listed> answer;
  for (auto& info : *found) {
    // Other programs may have put there what is no key of ours.
    const auto key = ObjectKey::parse(info.key);
    answer.result.objects.push_back({std::move(info), key ? store.url(*key) : std::string()});
  }
  co_return answer;
}

json::Fields<StoreCapability> capability_fields() {
  using C = StoreCapability;
  return {"StoreDescription",
          {field("name", &C::name, "\"memory\", \"file\", \"s3\" ..."),
           field("keepsContentType", &C::keeps_content_type, "else it is derived from the key"),
           field("durable", &C::durable, "what is stored survives a crash")}};
}

Task<Answer<StoreCapability>> describe(OperationContext& context, Nothing) {
  Answered<StoreCapability> answer{runtime_of(context).store().capability()};
  co_return answer;
}

std::vector<Operation> all_operations() {
  return {
      operation({.name = "store.put",
                 .summary = "Stores an object.",
                 .subject = "key",
                 .input = "data",
                 .bytes_in = "the object"},
                put_fields(), json::fields_of_type<Stored>(), put),
      operation({.name = "store.get",
                 .summary = "Fetches an object.",
                 .subject = "key",
                 .gives = "data",
                 .bytes_out = "the object",
                 .files = {{"data"}}},
                get_fields(), json::fields_of_type<Fetched>(), get),
      operation({.name = "store.head",
                 .summary = "Tells what is known of an object; null when there is none.",
                 .subject = "key",
                 .gives = "object"},
                head),
      operation({.name = "store.remove", .summary = "Removes an object, if there is one.", .subject = "key"}, remove),
      operation(
          {.name = "store.url", .summary = "Tells where a reader finds an object.", .subject = "key", .gives = "url"},
          url),
      operation({.name = "store.list", .summary = "Lists objects by key.", .gives = "objects"}, list),
      operation({.name = "store.describe", .summary = "Tells what the store can do."}, json::fields_of_type<Nothing>(),
                capability_fields(), describe),
  };
}

}  // namespace
}  // namespace store_operation

std::span<const Operation> store_operations() {
  static const auto& all = *new std::vector<Operation>(store_operation::all_operations());
  return all;
}

}  // namespace imagegen
