#pragma once
#include <CLI/CLI.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/image/renditions.hpp>

#include <optional>
#include <string>
#include <vector>

namespace cli {

// What `imagegen render` was told. Lists hold one value for all outputs, or one for each.
struct RenderOptions {
  std::string input;
  std::vector<std::string> outputs, sizes, positions, fits;
  std::vector<int> qualities;
  std::string background, kernel = "lanczos3", enlarge_kernel = "lanczos3", chroma = "automatic";
  std::string source, model, prompt_sha256;
  bool no_upscale = false, flatten = false, linear = false;
  bool lossless = false, near_lossless = false, progressive = false, no_palette = false, no_optimise = false;
  int effort = 4, alpha_quality = 100, compression_level = 4, bit_depth = 8;
  std::size_t target_bytes = 0, threads = 0;
  float blur = 0.0F;
};

void add_render_options(CLI::App& command, RenderOptions& options);

// One for each output, in their order. Errc::invalid_argument naming the option.
imagegen::Result<std::vector<imagegen::RenditionSpec>> specs_of(const RenderOptions& options);

}  // namespace cli
