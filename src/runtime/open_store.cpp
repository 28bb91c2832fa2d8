#include "runtime/open_store.hpp"

#include <imagegen/storage/store_url.hpp>

#include <utility>

#include "runtime/keyless_store.hpp"

namespace imagegen {
namespace {

OpenedStore plain(std::unique_ptr<ObjectStore> store) {
  OpenedStore opened;
  opened.store = std::move(store);
  return opened;
}

Result<OpenedStore> open_s3(const RuntimeConfig& config, const StoreUrl& url, HttpClient& http, ThreadPool& pool,
                            StateMarkers::Permits permits) {
  auto options = config.s3;
  options.bucket = url.bucket;
  options.prefix = url.prefix;
  options.public_base_url = config.public_base_url;
  if (options.access_key_id.empty() || options.secret_access_key.empty()) {
    Error missing{Errc::permission_denied,
                  "store " + config.store + ": expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, got none"};
    if (config.keys_later) return plain(std::make_unique<KeylessStore>(config.store, std::move(missing)));
    return missing;
  }
  auto made = make_s3_store(std::move(options), http, system_clock());
  if (!made) return made.error();
  OpenedStore opened;
  if (!config.require_write_once) {
    // Longer than a look and a put with all their tries and the waits between them.
    const auto lease = 2 * config.s3.max_attempts * (config.s3.call_timeout + std::chrono::seconds(30));
    const auto scope = config.s3.endpoint + " " + config.store;
    opened.markers = std::make_unique<StateMarkers>(std::move(permits), pool, system_clock(), scope, lease);
  }
  auto once = std::make_unique<WriteOnceStore>(std::move(*made), opened.markers.get());
  opened.write_once = once.get();
  opened.store = std::move(once);
  return opened;
}

}  // namespace

Result<OpenedStore> open_configured_store(const RuntimeConfig& config, HttpClient& http, ThreadPool& pool,
                                          StateMarkers::Permits permits) {
  const auto url = parse_store_url(config.store);
  if (!url) return url.error();
  switch (url->kind) {
    case StoreKind::memory:
      return plain(make_memory_store());
    case StoreKind::file: {
      auto made = make_filesystem_store(url->path, pool, config.public_base_url);
      if (!made) return made.error();
      return plain(std::move(*made));
    }
    case StoreKind::s3:
      break;
  }
  return open_s3(config, *url, http, pool, std::move(permits));
}

}  // namespace imagegen
