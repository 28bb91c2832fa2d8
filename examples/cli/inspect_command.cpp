#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <imagegen/image/decode.hpp>

#include <iostream>
#include <memory>

#include "commands.hpp"
#include "exit_code.hpp"
#include "files.hpp"

namespace cli {
namespace {

struct InspectOptions {
  std::string file;
  bool json = false;
};

boost::json::object to_object(const imagegen::ImageInfo& info, std::size_t bytes) {
  return {{"format", to_string(info.format)},
          {"width", info.size.width},
          {"height", info.size.height},
          {"storedWidth", info.stored_size.width},
          {"storedHeight", info.stored_size.height},
          {"orientation", info.orientation},
          {"bitsPerChannel", info.bits_per_channel},
          {"colour", info.colour},
          {"hasAlpha", info.has_alpha},
          {"hasIccProfile", info.has_icc},
          {"animated", info.animated},
          {"bytes", bytes}};
}

int inspect(const InspectOptions& options) {
  const auto file = imagegen::Result<imagegen::Bytes>(read_file(options.file));
  if (!file) return std::cerr << "imagegen: " << file.error().message << "\n", kBadInput;
  const auto info = imagegen::inspect_image(*file);
  if (!info) return std::cerr << "imagegen: " << options.file << ": " << info.error().message << "\n", kBadInput;
  if (options.json) return std::cout << boost::json::serialize(to_object(*info, file->size())) << "\n", kOk;
  std::cout << options.file << ": " << to_string(info->format) << ", " << to_string(info->size) << " px, "
            << info->colour << ", " << info->bits_per_channel << " bits, " << file->size() << " bytes";
  if (info->orientation != 1)
    std::cout << ", stored as " << to_string(info->stored_size) << " with EXIF orientation " << info->orientation;
  if (info->has_icc) std::cout << ", ICC profile";
  if (info->animated) std::cout << ", animated (only the first frame is used)";
  std::cout << "\n";
  return kOk;
}

}  // namespace

void add_inspect_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<InspectOptions>();
  auto* command = app.add_subcommand("inspect", "Say what a picture file is, by its content");
  command->add_option("FILE", options->file, "PNG, JPEG or WebP")->required();
  command->add_flag("--json", options->json, "Print it as JSON");
  command->footer(kExitCodeHelp);
  command->callback([options, &exit_code] { exit_code = inspect(*options); });
}

}  // namespace cli
