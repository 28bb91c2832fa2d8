#pragma once
#include <imagegen/core/digest.hpp>
#include <imagegen/storage/object_store.hpp>

#include <cctype>
#include <map>
#include <optional>
#include <string>

// A store of one's own, as docs/testing-kit.md shows it; used by one thread.
class MapStore final : public imagegen::ObjectStore {
 public:
  imagegen::StoreCapability capability() const override { return {"map", /*keeps_content_type=*/true}; }
  std::string url(const imagegen::ObjectKey& key) const override {
    std::string escaped = "map:";
    for (const char c : key.str()) escaped += std::isalnum(static_cast<unsigned char>(c)) || c == '/' || c == '.' ? std::string(1, c) : percent(c);
    return escaped;
  }
  imagegen::Task<imagegen::Result<imagegen::ObjectInfo>> put(imagegen::ObjectKey key, imagegen::ByteView data,
                                                             imagegen::PutOptions options) override {
    for (const char c : options.content_type + options.cache_control)
      if (c < ' ') co_return imagegen::Error{imagegen::Errc::invalid_argument, "a header of " + key.str() + ": printable ASCII"};
    if (options.only_if_absent && objects_.contains(key.str()))
      co_return imagegen::Error{imagegen::Errc::already_exists, key.str() + " is taken"};
    objects_[key.str()] = {{data.begin(), data.end()}, std::move(options.content_type)};
    co_return info(key.str());
  }
  imagegen::Task<imagegen::Result<imagegen::Bytes>> get(imagegen::ObjectKey key, std::size_t max_bytes) override {
    const auto found = objects_.find(key.str());
    if (found == objects_.end()) co_return imagegen::Error{imagegen::Errc::not_found, "no " + key.str()};
    if (found->second.bytes.size() > max_bytes) co_return imagegen::Error{imagegen::Errc::limit_exceeded, key.str() + " is too large"};
    co_return found->second.bytes;
  }
  imagegen::Task<imagegen::Result<std::optional<imagegen::ObjectInfo>>> head(imagegen::ObjectKey key) override {
    if (!objects_.contains(key.str())) co_return std::nullopt;
    co_return info(key.str());
  }
  imagegen::Task<imagegen::Result<void>> remove(imagegen::ObjectKey key) override {
    objects_.erase(key.str());
    co_return imagegen::Result<void>();
  }
  imagegen::Task<imagegen::Result<std::vector<imagegen::ObjectInfo>>> list(std::string prefix, std::size_t limit,
                                                                          std::string after) override {
    std::vector<imagegen::ObjectInfo> found;
    for (const auto& [key, object] : objects_)
      if (found.size() < limit && key.starts_with(prefix) && key > after) found.push_back(info(key));
    co_return found;
  }

 private:
  struct Object {
    imagegen::Bytes bytes;
    std::string content_type;
  };
  static std::string percent(char c) {
    constexpr auto* kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    return {'%', kDigits[byte / 16], kDigits[byte % 16]};
  }
  imagegen::ObjectInfo info(const std::string& key) {
    const auto& object = objects_[key];
    return {key, object.bytes.size(), imagegen::to_hex(imagegen::sha256(object.bytes)), object.content_type};
  }
  std::map<std::string, Object> objects_;
};
