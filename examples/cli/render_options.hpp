#pragma once
#include <imagegen/core/result.hpp>

#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <vector>

#include "flags.hpp"
#include "rendition_steps.hpp"

namespace cli {

// What `imagegen render` was told. Lists hold one value for all outputs, or one for each.
struct RenderOptions {
  std::string input, hdr;
  std::vector<std::string> outputs, sizes, positions, fits;
  std::vector<int> qualities;
  boost::json::object shared;     // of every rendition
  boost::json::object overrides;  // of the configuration
  StepOptions steps;              // of every rendition, too
  int bit_depth = 8;
  bool dry_run = false;
};

void add_render_options(CLI::App& command, RenderOptions& options);
// By which option a field of a rendition is given.
std::string rendition_option(std::string_view field);

// The request of images.render, a rendition for each output in their order. Errc::invalid_argument naming the option.
imagegen::Result<boost::json::object> render_request(const RenderOptions& options);

}  // namespace cli
