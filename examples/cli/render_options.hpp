#pragma once
#include <imagegen/core/result.hpp>

#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <vector>

#include "command_description.hpp"
#include "flags.hpp"

namespace cli {

// What `imagegen render` was told of one output.
struct RenderOptions {
  std::string input, size, format;
  std::vector<std::string> outputs;
  boost::json::object shared;     // of the rendition
  boost::json::object overrides;  // of the configuration
  int bit_depth = 8;
  bool json = false;
};

// \return -o.
CLI::Option* add_render_options(CLI::App& command, RenderOptions& options);
// By which the fields of a rendition are given.
std::span<const Flag> rendition_flags();

// The rendition of a command line with one output. Errc::invalid_argument naming the option.
imagegen::Result<boost::json::object> rendition_of(const RenderOptions& options);

}  // namespace cli
