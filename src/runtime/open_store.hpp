#pragma once
#include <imagegen/http/http_client.hpp>
#include <imagegen/runtime/runtime_config.hpp>
#include <imagegen/storage/write_once_store.hpp>

#include <memory>

#include "runtime/state_markers.hpp"

namespace imagegen {

struct OpenedStore {
  std::unique_ptr<ExclusiveMarkers> markers;  // used by the store, so it goes after it
  std::unique_ptr<ObjectStore> store;
  WriteOnceStore* write_once = nullptr;  // the store, where a server must be asked whether it knows conditions
};

// The store of a configuration; it uses `http` and `pool`. Contacts nobody. `permits` are asked for when the first put has
// to be guarded. Errc::invalid_argument, Errc::permission_denied for missing keys.
Result<OpenedStore> open_configured_store(const RuntimeConfig& config, HttpClient& http, ThreadPool& pool,
                                          StateMarkers::Permits permits);

}  // namespace imagegen
