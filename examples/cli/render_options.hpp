#pragma once
#include <imagegen/core/result.hpp>

#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <vector>

#include "command_description.hpp"
#include "flags.hpp"
#include "rendition_steps.hpp"

namespace cli {

// What `imagegen render` was told of one output.
struct RenderOptions {
  std::string input, size, format, hdr;
  std::vector<std::string> outputs;
  boost::json::object shared;     // of the rendition
  boost::json::object overrides;  // of the configuration
  int bit_depth = 8;
  StepOptions steps;  // of the rendition, too
  bool json = false, dry_run = false;
};

// \return -o.
CLI::Option* add_render_options(CLI::App& command, RenderOptions& options);
// By which option a field of a rendition is given; the field itself where none is.
std::string rendition_option(std::string_view field);

// The rendition of a command line with one output, whose overlays come beside the request from the place
// `first_picture` on. Errc::invalid_argument naming the option.
imagegen::Result<boost::json::object> rendition_of(const RenderOptions& options, std::size_t first_picture);

}  // namespace cli
