#pragma once
#include <imagegen/config/runtime_config.hpp>

#include <optional>

namespace imagegen {

// What the layers of a configuration have said of S3Options::path_style. Where none has, it follows from the endpoint that
// all of them come to.
struct S3PathStyle {
  std::optional<bool> said;
};

inline void settle_path_style(RuntimeConfig& config) {
  auto& s3 = config.s3;
  s3.path_style = config.of<S3PathStyle>().said.value_or(s3.path_style || !s3.endpoint.empty());
}

}  // namespace imagegen
