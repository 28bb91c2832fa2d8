#pragma once
#include <boost/json/parse.hpp>
#include "engine_contract/language_runtime.hpp"

/// \file What the suites open.
namespace imagegen::test {

inline RuntimeWish with_config(boost::json::object config, Manner manner = Manner::plain) {
  return {manner, std::move(config)};
}

/// Runtimes whose store, provider and assets are the host's own.
inline RuntimeWish with_parts_of_the_host(Manner manner) {
  boost::json::object parts{
      {"store", {{"name", "contract"}, {"keepsContentType", true}, {"urlPrefix", "https://cdn.test/"}}},
      {"provider",
       {{"provider", "contract"},
        {"model", "square-1"},
        {"paid", true},
        {"maxImagesPerCall", 3},
        {"sizes", boost::json::parse(R"({"fixed": [[64, 64]]})")}}},  // braces in braces copy in Clang
      {"assets", boost::json::object()}};
  return {manner, {}, std::move(parts)};
}

inline std::string manner_name(Manner manner) {
  return manner == Manner::plain ? "Plain" : "Concurrent";
}

}  // namespace imagegen::test
