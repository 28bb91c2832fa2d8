#pragma once
#include <imagegen/runtime/runtime_config.hpp>

#include <memory>
#include <string>
#include <vector>

namespace imagegen {

// The providers that the configuration names, the one to be asked first at the front. Errors as those of
// Runtime::open(). \param hosts The names of those that the host has brought: then config.provider does not count.
Result<std::vector<std::unique_ptr<ImageProvider>>> open_providers(const RuntimeConfig& config,
                                                                   const std::vector<std::string>& hosts,
                                                                   HttpClient& http, ThreadPool& pool);

}  // namespace imagegen
