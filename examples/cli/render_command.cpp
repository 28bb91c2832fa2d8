#include <CLI/CLI.hpp>
#include <imagegen/core/shown_text.hpp>
#include <imagegen/runtime/runtime.hpp>

#include <iostream>
#include <memory>

#include "commands.hpp"
#include "exit_code.hpp"
#include "files.hpp"
#include "render_options.hpp"

namespace cli {
namespace {

using imagegen::Result;

// Counts what failed; the others are written.
struct Writer {
  const RenderOptions& options;
  int failures = 0;

  void take(std::size_t index, const Result<imagegen::Rendition>& made) {
    const auto& output = options.outputs[index];
    const auto written = made ? write_file(output, made->image.bytes) : Result<bool>(made.error());
    if (!written) {
      ++failures;
      std::cerr << "imagegen: " << imagegen::shown(output) << ": " << written.error().message << "\n";
      return;
    }
    if (index == 0) {
      for (const auto& note : made->notes) std::cerr << "imagegen: " << imagegen::shown(options.input) << ": " << imagegen::shown(note) << "\n";
    }
    const auto& crop = made->crop;
    std::cout << imagegen::shown(output) << "  " << to_string(made->image.size) << "  " << made->image.bytes.size() << " bytes  crop "
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
  if (!done) return std::cerr << "imagegen: " << imagegen::shown(options.input) << ": " << done.error().message << "\n", kBadInput;
  if (writer.failures == 0) return kOk;
  return writer.failures == static_cast<int>(options.outputs.size()) ? kFailed : kPartlyDone;
}

}  // namespace

void add_render_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<RenderOptions>();
  auto* command = app.add_subcommand("render", "Cut one or several files out of one picture");
  add_render_options(*command, *options);
  command->footer(
      std::string("Example: imagegen render in.png --size 1920x800 -o wide.webp --size 800x1000 -o tall.jpg\n") +
      kExitCodeHelp);
  command->callback([options, &exit_code] { exit_code = render(*options); });
}

}  // namespace cli
