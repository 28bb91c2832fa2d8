#include <CLI/CLI.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/renditions.hpp>
#include <imagegen/runtime/runtime.hpp>

#include <iostream>
#include <memory>

#include "commands.hpp"
#include "exit_code.hpp"
#include "files.hpp"

namespace cli {
namespace {

using imagegen::Errc;
using imagegen::Error;
using imagegen::RenditionSpec;
using imagegen::Result;

struct RenderOptions {
  std::string input;
  std::vector<std::string> sizes, outputs, positions;
  std::vector<int> qualities;
  int effort = 4;
  std::size_t threads = 0;
};

// The value for output `index`: given once it is for all, given once per output it is for that one.
template <class Value>
Value nth(const std::vector<Value>& values, std::size_t index, Value otherwise) {
  if (values.empty()) return otherwise;
  return values.size() == 1 ? values.front() : values[index];
}

Result<void> check_counts(const RenderOptions& options) {
  const auto wrong = [&](const char* name, std::size_t count) {
    return Error{Errc::invalid_argument, std::string(name) + ": expected 1 or " +
                                             std::to_string(options.outputs.size()) + ", one for each -o, got " +
                                             std::to_string(count)};
  };
  const auto fits = [&](std::size_t count) { return count <= 1 || count == options.outputs.size(); };
  if (!fits(options.sizes.size())) return wrong("--size", options.sizes.size());
  if (!fits(options.positions.size())) return wrong("--position", options.positions.size());
  if (!fits(options.qualities.size())) return wrong("--quality", options.qualities.size());
  return {};
}

Result<RenditionSpec> spec_of(const RenderOptions& options, std::size_t index) {
  const auto& output = options.outputs[index];
  const auto size = imagegen::parse_pixel_size(nth(options.sizes, index, std::string()));
  if (!size) return in_context(size.error(), "--size");
  const auto position = imagegen::parse_crop_position(nth(options.positions, index, std::string("centre")));
  if (!position) return in_context(position.error(), "--position");
  const auto format = imagegen::format_of_name(output);
  if (!format)
    return Error{Errc::invalid_argument, "-o " + output + ": expected a name ending in .webp, .jpg, .png or .avif"};
  if (!imagegen::can_encode(*format))
    return Error{Errc::unsupported, "-o " + output + ": this build cannot write that format"};
  return RenditionSpec{*size, *position, {*format, nth(options.qualities, index, 90), options.effort}};
}

Result<std::vector<RenditionSpec>> specs_of(const RenderOptions& options) {
  if (const auto checked = check_counts(options); !checked) return checked.error();
  std::vector<RenditionSpec> specs;
  for (std::size_t i = 0; i < options.outputs.size(); ++i) {
    const auto spec = spec_of(options, i);
    if (!spec) return spec.error();
    specs.push_back(*spec);
  }
  return specs;
}

// Counts what failed; the others are written.
struct Writer {
  const RenderOptions& options;
  int failures = 0;

  void take(std::size_t index, const Result<imagegen::Rendition>& made) {
    const auto& output = options.outputs[index];
    const auto written = made ? write_file(output, made->image.bytes) : Result<bool>(made.error());
    if (!written) {
      ++failures;
      std::cerr << "imagegen: " << output << ": " << written.error().message << "\n";
      return;
    }
    const auto& crop = made->crop;
    std::cout << output << "  " << to_string(made->image.size) << "  " << made->image.bytes.size() << " bytes  crop "
              << crop.width << "x" << crop.height << "+" << crop.x << "+" << crop.y
              << (made->upscaled ? "  upscaled" : "") << "\n";
  }
};

int render(const RenderOptions& options) {
  auto specs = specs_of(options);
  if (!specs) return std::cerr << "imagegen: " << specs.error().message << "\n", kBadInput;
  const auto input = read_file(options.input);
  if (!input) return std::cerr << "imagegen: " << input.error().message << "\n", kBadInput;
  imagegen::RuntimeConfig config;
  config.threads = options.threads;
  const auto runtime = imagegen::Runtime::open(config);
  if (!runtime) return std::cerr << "imagegen: " << runtime.error().message << "\n", kFailed;
  Writer writer{options};
  auto on_ready = [&writer](std::size_t index, Result<imagegen::Rendition> made) -> imagegen::Task<void> {
    writer.take(index, made);
    co_return;
  };
  const auto done = (*runtime)->wait(render_all(*input, std::move(*specs), {}, (*runtime)->pool(), on_ready));
  if (!done) return std::cerr << "imagegen: " << options.input << ": " << done.error().message << "\n", kBadInput;
  if (writer.failures == 0) return kOk;
  return writer.failures == static_cast<int>(options.outputs.size()) ? kFailed : kPartlyDone;
}

}  // namespace

void add_render_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<RenderOptions>();
  auto* command = app.add_subcommand("render", "Cut one or several files out of one picture");
  command->add_option("IN", options->input, "PNG, JPEG or WebP")->required();
  command->add_option("--size", options->sizes, "WIDTHxHEIGHT, once for all or once per output")
      ->required()
      ->allow_extra_args(false);
  command
      ->add_option("--position", options->positions,
                   "centre, north ... north-west, attention, entropy, or x,y in [0, 1]")
      ->allow_extra_args(false);
  command->add_option("--quality", options->qualities, "0..100 (default 90)")
      ->check(CLI::Range(0, 100))
      ->allow_extra_args(false);
  command->add_option("--effort", options->effort, "0 (fast) .. 6 (small), for WebP (default 4)")
      ->check(CLI::Range(0, 6));
  command->add_option("--threads", options->threads, "Threads (default: one per core)")->check(CLI::Range(1, 256));
  command->add_option("-o,--output", options->outputs, "File to write; its extension is the format")
      ->required()
      ->allow_extra_args(false);
  command->footer(
      std::string("Example: imagegen render in.png --size 1920x800 -o wide.webp --size 800x1000 -o tall.jpg\n") +
      kExitCodeHelp);
  command->callback([options, &exit_code] { exit_code = render(*options); });
}

}  // namespace cli
