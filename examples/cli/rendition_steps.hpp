#pragma once
#include <imagegen/core/result.hpp>

#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <vector>

#include "flags.hpp"

namespace cli {

// What is done to an output beside fitting it, as far as it is no single field: cuts, margins, overlays.
struct StepOptions {
  std::string extract, extend;
  std::vector<std::string> overlays;  // files
  boost::json::object overlay;        // how each of them lies there
};

// Turns, trims and the like, which are fields.
std::span<const Flag> step_flags();
void add_step_options(CLI::App& command, StepOptions& steps);

// Overlays are the pictures beside the request from `first_picture` on. Errc::invalid_argument naming the option.
imagegen::Result<void> put_steps(const StepOptions& steps, std::size_t first_picture, boost::json::object& rendition);

}  // namespace cli
