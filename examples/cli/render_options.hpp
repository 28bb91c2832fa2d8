#pragma once
#include <imagegen/core/result.hpp>

#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <vector>

#include "flags.hpp"

namespace cli {

// What `imagegen render` was told. Lists hold one value for all outputs, or one for each.
struct RenderOptions {
  std::string input;
  std::vector<std::string> outputs, sizes, positions, fits;
  std::vector<int> qualities;
  boost::json::object shared;     // of every rendition
  boost::json::object overrides;  // of the configuration
  int bit_depth = 8;
};

void add_render_options(CLI::App& command, RenderOptions& options);
// By which the fields of a rendition are given.
std::span<const Flag> rendition_flags();

// The request of images.render, a rendition for each output in their order. Errc::invalid_argument naming the option.
imagegen::Result<boost::json::object> render_request(const RenderOptions& options);

}  // namespace cli
