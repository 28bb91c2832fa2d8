#include <list>
#include <mutex>
#include <unordered_map>

#include "engine/host_part.hpp"
#include "storage/object_headers.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;
using json::Need;
using json::ObjectReader;

constexpr std::size_t kMostObjects = 10'000;  // in one list
constexpr std::size_t kKeptUrls = 10'000;
constexpr std::int64_t kLargestObject = std::int64_t{1} << 53U;

struct HostObject {
  ObjectInfo info;
  std::string url;
};

HostObject read_object(ObjectReader& part, std::string key, std::uint64_t size_otherwise) {
  HostObject object;
  const auto text = [&part](std::string_view name) {
    return part.has(name) ? part.text(name, Need::optional) : std::string();
  };
  object.info.key = std::move(key);
  const auto size = part.integer("sizeBytes", 0, kLargestObject, Need::optional);
  object.info.size_bytes = size ? static_cast<std::uint64_t>(*size) : size_otherwise;
  object.info.etag = text("etag");
  object.info.content_type = text("contentType");
  object.url = text("url");
  return object;
}

// The URLs that a host has told, of the newest keys: url() must answer without asking.
class KnownUrls {
 public:
  // An empty one is forgotten: an object that was written anew need not be where the old one was.
  void remember(const std::string& key, std::string url) {
    const std::lock_guard lock(mutex_);
    if (const auto old = known_.find(key); old != known_.end()) forget(old);
    if (url.empty()) return;
    newest_first_.push_front({key, std::move(url)});
    known_.emplace(key, newest_first_.begin());
    if (known_.size() > kKeptUrls) forget(known_.find(newest_first_.back().key));
  }
  std::string find(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(key);
    return found == known_.end() ? std::string() : found->second->url;
  }

 private:
  struct Entry {
    std::string key, url;
  };
  using Known = std::unordered_map<std::string, std::list<Entry>::iterator>;

  void forget(Known::iterator entry) {
    newest_first_.erase(entry->second);
    known_.erase(entry);
  }

  mutable std::mutex mutex_;
  std::list<Entry> newest_first_;
  Known known_;
};

class HostStore final : public ObjectStore {
 public:
  HostStore(HostPartLink link, StoreCapability capability, std::string url_prefix)
      : link_(std::move(link)), capability_(std::move(capability)), url_prefix_(std::move(url_prefix)) {}

  StoreCapability capability() const override { return capability_; }

  Task<Result<ObjectInfo>> put(ObjectKey key, ByteView data, PutOptions options) override {
    const auto checked = detail::check_put_options(options);
    if (!checked) co_return checked.error();
    js::object arguments{{"key", key.str()},
                         {"contentType", options.content_type},
                         {"cacheControl", options.cache_control},
                         {"onlyIfAbsent", options.only_if_absent}};
    // A copy: a host may look at the bytes for longer than the caller waits.
    std::vector<SharedBytes> bytes;
    bytes.push_back(SharedBytes::copy_of(data));
    const auto answer = co_await link_.ask("put", std::move(arguments), Deadline::never(), std::move(bytes));
    if (!answer) co_return answer.error();
    auto object = read_answer("store.put", answer->document,
                              [&](ObjectReader& part) { return read_object(part, key.str(), data.size()); });
    if (!object) co_return object.error();
    urls_.remember(key.str(), std::move(object->url));
    if (object->info.content_type.empty() && capability_.keeps_content_type)
      object->info.content_type = options.content_type;
    co_return std::move(object->info);
  }

  Task<Result<Bytes>> get(ObjectKey key, std::size_t max_bytes) override {
    js::object arguments{{"key", key.str()}, {"maxBytes", max_bytes}};
    const auto answer = co_await link_.ask("get", std::move(arguments));
    if (!answer) co_return answer.error();
    if (answer->bytes.size() != 1) {
      co_return Error{Errc::bad_answer, "store.get of the host: expected the object's bytes beside the answer, got " +
                                            std::to_string(answer->bytes.size()) + " files"};
    }
    const auto view = answer->bytes.front().view();
    if (view.size() > max_bytes) {
      co_return Error{Errc::limit_exceeded, "get " + key.str() + ": expected at most " + std::to_string(max_bytes) +
                                                " bytes, the object has " + std::to_string(view.size())};
    }
    co_return Bytes(view.begin(), view.end());
  }

  Task<Result<std::optional<ObjectInfo>>> head(ObjectKey key) override {
    js::object arguments{{"key", key.str()}};
    const auto answer = co_await link_.ask("head", std::move(arguments));
    if (!answer) co_return answer.error();
    const auto* object = answer->document.if_contains("object");
    if (!object || object->is_null()) co_return std::optional<ObjectInfo>();
    auto read = read_answer("store.head", *object, [&](ObjectReader& part) { return read_object(part, key.str(), 0); });
    if (!read) co_return read.error();
    urls_.remember(key.str(), std::move(read->url));
    co_return std::optional<ObjectInfo>(std::move(read->info));
  }

  Task<Result<void>> remove(ObjectKey key) override {
    js::object arguments{{"key", key.str()}};
    const auto answer = co_await link_.ask("remove", std::move(arguments));
    if (!answer && answer.error().code != Errc::not_found) co_return answer.error();
    urls_.remember(key.str(), {});
    co_return Result<void>{};
  }

  Task<Result<std::vector<ObjectInfo>>> list(std::string prefix, std::size_t limit, std::string after) override {
    js::object arguments{{"prefix", prefix}, {"limit", limit}, {"after", after}};
    const auto answer = co_await link_.ask("list", std::move(arguments));
    if (!answer) co_return answer.error();
    co_return read_answer("store.list", answer->document, [](ObjectReader& part) {
      std::vector<ObjectInfo> objects;
      const auto* list = part.array("objects", kMostObjects, Need::required);
      if (!list) return objects;
      std::vector<FieldFault> faults;
      for (std::size_t i = 0; i < list->size(); ++i) {
        ObjectReader entry((*list)[i], "objects[" + std::to_string(i) + "]", faults);
        auto key = entry.text("key", Need::required);
        objects.push_back(read_object(entry, std::move(key), 0).info);
      }
      for (const auto& fault : faults) part.fault(fault.path, fault.message);
      return objects;
    });
  }

  std::string url(const ObjectKey& key) const override {
    if (auto known = urls_.find(key.str()); !known.empty()) return known;
    if (!url_prefix_.empty()) return detail::url_below(url_prefix_, key.str());
    return "host:" + detail::percent_encode(key.str(), /*keep_slashes=*/true);
  }

 private:
  HostPartLink link_;
  StoreCapability capability_;
  std::string url_prefix_;
  KnownUrls urls_;
};

}  // namespace

Result<std::unique_ptr<ObjectStore>> make_host_store(HostPartLink link, const js::value& document) {
  std::vector<FieldFault> faults;
  ObjectReader root(document, "", faults);
  StoreCapability capability;
  capability.name = root.has("name") ? root.text("name", Need::optional) : "host";
  capability.keeps_content_type = root.flag("keepsContentType", false);
  capability.durable = root.flag("durable", false);
  auto prefix = root.has("urlPrefix") ? root.text("urlPrefix", Need::optional) : std::string();
  root.refuse_unknown();
  if (!faults.empty()) return to_error("the capability of the host's store is wrong:", faults);
  return std::unique_ptr<ObjectStore>(
      std::make_unique<HostStore>(std::move(link), std::move(capability), std::move(prefix)));
}

}  // namespace imagegen
