#include "workflow/erase/object_remover.hpp"

#include <imagegen/core/digest.hpp>
#include <imagegen/maker/core/shield.hpp>

#include <algorithm>
#include <functional>
#include <utility>

#include "workflow/store_prefixes.hpp"

namespace imagegen::erasure {
namespace {

constexpr std::size_t kListedAtATime = 1000, kShortHash = 16, kFurtherHash = 32;
constexpr std::string_view kAnswerEnd = ".json";

bool is_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// "-0123456789abcdef" and the like at the end of a key: what MasterVault puts there.
bool drop_hash(std::string_view& key, char before) {
  if (key.size() <= kShortHash + 1) return false;
  const auto at = key.size() - kShortHash - 1;
  if (key[at] != before || !is_hex(key.substr(at + 1))) return false;
  key.remove_suffix(kShortHash + 1);
  return true;
}

// The picture that an answer lies beside; `key` itself where it is no answer.
std::string_view without_answer(std::string_view key) {
  auto picture = key;
  if (!picture.ends_with(kAnswerEnd)) return key;
  picture.remove_suffix(kAnswerEnd.size());
  return drop_hash(picture, '.') ? picture : key;
}

// The master that a rejected picture, or its answer, was; empty where it is none of those.
std::string rejected_master(std::string_view name) {
  auto master = without_answer(name);
  return drop_hash(master, '-') ? std::string(kMastersPrefix) + std::string(master) : std::string();
}

Task<Result<void>> each_object(ObjectStore& store, std::string prefix, std::function<void(const std::string&)> take) {
  std::string after;
  for (;;) {
    const auto page = co_await store.list(prefix, kListedAtATime, after);
    if (!page) co_return in_context(page.error(), "looking for objects under " + prefix);
    for (const ObjectInfo& object : *page) take(object.key);
    if (page->size() < kListedAtATime) co_return Result<void>();
    after = page->back().key;
  }
}

}  // namespace

Task<Result<void>> add_further_pictures(EraseServices& services, Holdings& holdings) {
  const std::string folder = std::string(kMastersPrefix) + "further/";
  std::map<std::string, Item*> purchases;
  for (Item& item : holdings.items())
    if (item.kind == ItemKind::purchase) purchases.emplace(to_hex(sha256(item.id)).substr(0, kFurtherHash), &item);
  if (purchases.empty()) co_return Result<void>();
  auto take = [&](const std::string& key) {
    const auto found = purchases.find(key.substr(folder.size(), kFurtherHash));
    if (found != purchases.end()) found->second->objects.insert(std::string(without_answer(key)));
  };
  co_return co_await each_object(services.store, folder, std::move(take));
}

Task<Result<void>> ObjectRemover::remove_all(const std::set<std::string>& keys) {
  const auto looked = co_await find_rejected(keys);
  if (!looked) co_return looked;
  for (const std::string& key : keys) {
    const bool cancelled = co_await is_cancelled();
    if (cancelled) co_return Error(Errc::cancelled, "stopped while files were removed");
    const auto removed = co_await remove_with_what_is_beside(key);
    if (!removed) {
      failed_.insert(key);
      report_.failed.push_back({"object " + key, removed.error()});
    }
  }
  std::sort(report_.removed.begin(), report_.removed.end());
  co_return Result<void>();
}

bool ObjectRemover::has_failed(const std::set<std::string>& keys) const {
  return std::any_of(keys.begin(), keys.end(), [this](const std::string& key) { return failed_.contains(key); });
}

Task<Result<void>> ObjectRemover::find_rejected(const std::set<std::string>& keys) {
  const std::string folder = std::string(kMastersPrefix) + "rejected/";
  const auto is_master = [](const std::string& key) { return key.starts_with(kMastersPrefix); };
  if (std::none_of(keys.begin(), keys.end(), is_master)) co_return Result<void>();
  auto take = [&](const std::string& key) {
    const auto master = rejected_master(std::string_view(key).substr(folder.size()));
    if (keys.contains(master)) rejected_[master].push_back(key);
  };
  co_return co_await each_object(services_.store, folder, std::move(take));
}

Task<Result<std::vector<std::string>>> ObjectRemover::beside(const std::string& key) {
  std::vector<std::string> found;
  if (!key.starts_with(kMastersPrefix)) co_return found;
  if (const auto rejected = rejected_.find(key); rejected != rejected_.end()) found = rejected->second;
  auto take = [&](const std::string& other) {
    if (other != key && without_answer(other) == key) found.push_back(other);
  };
  const auto listed = co_await each_object(services_.store, key + ".", std::move(take));
  if (!listed) co_return listed.error();
  co_return found;
}

// The master last: it leads to the others.
Task<Result<void>> ObjectRemover::remove_with_what_is_beside(const std::string& key) {
  const auto others = co_await beside(key);
  if (!others) co_return others.error();
  for (const std::string& other : *others) {
    const auto removed = co_await remove(other);
    if (!removed) co_return in_context(removed.error(), other);
  }
  co_return co_await remove(key);
}

Task<Result<void>> ObjectRemover::remove(std::string key) {
  const auto parsed = ObjectKey::parse(key);
  if (!parsed) co_return Result<void>();  // nothing can be there
  const auto there = co_await services_.store.head(*parsed);
  if (there && !*there) co_return Result<void>();
  if (!report_.dry_run) {
    const auto removed = co_await services_.store.remove(*parsed);
    if (!removed) co_return removed.error();
  }
  report_.removed.push_back(std::move(key));
  if (services_.on_step && !report_.dry_run) services_.on_step("object");
  co_return Result<void>();
}

}  // namespace imagegen::erasure
