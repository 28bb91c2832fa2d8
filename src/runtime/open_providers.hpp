#pragma once
#include <imagegen/runtime/runtime_config.hpp>

#include <memory>
#include <vector>

namespace imagegen {

// The providers that the configuration names, the one to be asked first at the front. Errors as those of
// Runtime::open(). \param has_own The host has brought some, and config.provider does not count.
Result<std::vector<std::unique_ptr<ImageProvider>>> open_providers(const RuntimeConfig& config, bool has_own,
                                                                   HttpClient& http, ThreadPool& pool);

}  // namespace imagegen
