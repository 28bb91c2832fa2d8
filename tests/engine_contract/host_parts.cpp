#include "engine_contract/host_parts.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <regex>
#include <tuple>

namespace imagegen::test {
namespace {

namespace js = boost::json;

std::string text(const js::object& arguments, std::string_view name) {
  return std::string(arguments.at(name).as_string());
}

HostReply failure(std::string_view code, const std::string& message) {
  return {HostReply::Kind::failure, {{"code", code}, {"message", message}}};
}

// Newest first: larger is earlier.
std::pair<std::int64_t, std::string> place(const js::object& asset) {
  return {asset.at("created").to_number<std::int64_t>(), text(asset, "id")};
}

bool is_asked_for(const js::object& asset, const js::object& query) {
  return std::ranges::all_of(std::array{"jobId", "owner", "kind", "sha256"}, [&](std::string_view name) {
    const auto* wanted = query.if_contains(name);
    return !wanted || *wanted == asset.at(name);
  });
}

}  // namespace

HostReply HostParts::reply(std::string_view part, std::string_view method, const js::object& arguments,
                           std::vector<Bytes> files) {
  const std::lock_guard lock(mutex_);
  if (part == "store") return store(method, arguments, std::move(files));
  if (part == "provider") return provider(method, arguments);
  if (part == "assets") return assets(method, arguments);
  return failure("UNSUPPORTED", "no such part");
}

void HostParts::hold_next() {
  const std::lock_guard lock(mutex_);
  hold_ = true;
}

void HostParts::fail_next(js::object error) {
  const std::lock_guard lock(mutex_);
  failure_ = std::move(error);
}

int HostParts::submits() {
  const std::lock_guard lock(mutex_);
  return submits_;
}

js::object HostParts::info(const std::string& key, const Object& object) const {
  return {{"key", key}, {"sizeBytes", object.file.size()}, {"etag", object.etag}, {"contentType", object.content_type}};
}

HostReply HostParts::put(const js::object& arguments, std::vector<Bytes> files) {
  const auto key = text(arguments, "key");
  if (arguments.at("onlyIfAbsent").as_bool() && objects_.contains(key)) return failure("ALREADY_EXISTS", key);
  auto& object = objects_[key];
  object = {std::move(files.at(0)), text(arguments, "contentType"), "e-" + std::to_string(++puts_)};
  return {HostReply::Kind::answer, info(key, object)};
}

HostReply HostParts::list_objects(const js::object& arguments) const {
  const auto prefix = text(arguments, "prefix"), after = text(arguments, "after");
  const auto limit = arguments.at("limit").to_number<std::size_t>();
  js::array list;
  for (const auto& [key, object] : objects_)
    if (key.starts_with(prefix) && key > after && list.size() < limit) list.push_back(info(key, object));
  return {HostReply::Kind::answer, {{"objects", std::move(list)}}};
}

HostReply HostParts::store(std::string_view method, const js::object& arguments, std::vector<Bytes> files) {
  if (method == "put") return put(arguments, std::move(files));
  if (method == "list") return list_objects(arguments);
  const auto key = text(arguments, "key");
  const auto found = objects_.find(key);
  if (method == "remove") return objects_.erase(key), HostReply{};
  if (method == "get") {
    if (found == objects_.end()) return failure("NOT_FOUND", key);
    return {HostReply::Kind::answer, {}, {found->second.file}};
  }
  js::object answer{{"object", nullptr}};
  if (found != objects_.end()) answer["object"] = info(key, found->second);
  return {HostReply::Kind::answer, std::move(answer)};
}

HostReply HostParts::provider(std::string_view method, const js::object& arguments) {
  if (method == "resume" || method == "cancel") {
    const bool mine = text(arguments.at("task").as_object(), "id") == task_;
    if (method == "cancel" && mine) task_.clear();
    if (method == "cancel") return {};
    return mine ? HostReply{HostReply::Kind::answer, {}, {picture_}} : failure("NOT_FOUND", "no task of this provider");
  }
  if (method != "submit") return {};
  ++submits_;
  if (std::exchange(hold_, false)) return {HostReply::Kind::never};
  if (auto error = std::exchange(failure_, {})) return {HostReply::Kind::failure, std::move(*error)};
  if (text(arguments, "prompt") == kAsATask) {
    task_ = "t-" + std::to_string(submits_);
    return {HostReply::Kind::answer, {{"task", {{"id", task_}}}}};
  }
  const auto count = arguments.at("count").to_number<std::size_t>();
  return {HostReply::Kind::answer, {{"requestId", "r-1"}}, std::vector<Bytes>(count, picture_)};
}

HostReply HostParts::list_assets(const js::object& query) const {
  static const std::regex kPlace("(-?[0-9]+)-([A-Za-z0-9._-]+)");
  std::smatch found;
  const auto after = text(query, "after");
  if (!after.empty() && !std::regex_match(after, found, kPlace)) return failure("INVALID_ARGUMENT", "after: no place");
  std::vector<const js::object*> all;
  for (const auto& [id, asset] : assets_) {
    if (!is_asked_for(asset, query)) continue;
    if (after.empty() || place(asset) < std::pair(std::int64_t{std::stoll(found[1])}, found[2].str()))
      all.push_back(&asset);
  }
  std::ranges::sort(all, std::greater<>(), [](const js::object* asset) { return place(*asset); });
  const auto count = std::min(all.size(), query.at("limit").to_number<std::size_t>());
  js::array page;
  for (std::size_t i = 0; i < count; ++i) page.push_back(*all[i]);
  std::string next;
  if (count < all.size()) {
    const auto [created, id] = place(*all[count - 1]);
    next = std::to_string(created) + "-" + id;
  }
  return {HostReply::Kind::answer, {{"assets", std::move(page)}, {"next", next}}};
}

HostReply HostParts::assets(std::string_view method, const js::object& arguments) {
  if (method == "list") return list_assets(arguments);
  if (method == "put") {
    const auto& asset = arguments.at("asset").as_object();
    assets_[text(asset, "id")] = asset;
    return {};
  }
  const auto found = assets_.find(text(arguments, "id"));
  if (method == "remove") {
    if (found != assets_.end()) assets_.erase(found);
    return {};
  }
  js::object answer{{"asset", nullptr}};
  if (found != assets_.end()) answer["asset"] = found->second;
  return {HostReply::Kind::answer, std::move(answer)};
}

}  // namespace imagegen::test
