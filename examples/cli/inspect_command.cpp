#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <imagegen/core/shown_text.hpp>
#include <imagegen/image/decode.hpp>
#include <imagegen/image/provenance.hpp>
#include <imagegen/image/thumb_hash.hpp>

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

boost::json::object to_object(const imagegen::FoundProvenance& found) {
  return {{"digitalSourceType", found.digital_source_type},
          {"creatorTool", found.creator_tool},
          {"model", found.model},
          {"promptSha256", found.prompt_sha256},
          {"hasC2pa", found.has_c2pa}};
}

// What the whole command knows of a file.
struct Findings {
  imagegen::Bytes file;
  imagegen::ImageInfo info;
  imagegen::FoundProvenance provenance;
  std::string thumb_hash;
};

boost::json::object to_object(const Findings& found) {
  const auto& info = found.info;
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
          {"frames", info.frames},
          {"bytes", found.file.size()},
          {"provenance", to_object(found.provenance)},
          {"thumbHash", found.thumb_hash},
          {"notes", boost::json::array(info.notes.begin(), info.notes.end())}};
}

imagegen::Result<Findings> examine(const std::string& path) {
  auto file = read_file(path);
  if (!file) return file.error();
  auto info = imagegen::inspect_image(*file);
  if (!info) return in_context(info.error(), path);
  const auto picture = imagegen::decode_image(*file);
  if (!picture) return in_context(picture.error(), path);
  auto hash = imagegen::thumb_hash_base64(*picture);
  if (!hash) return in_context(hash.error(), path);
  auto provenance = imagegen::find_provenance(*file);
  return Findings{std::move(*file), std::move(*info), std::move(provenance), std::move(*hash)};
}

void print(const std::string& path, const Findings& found) {
  const auto& info = found.info;
  std::cout << imagegen::shown(path) << ": " << to_string(info.format) << ", " << to_string(info.size) << " px, " << info.colour << ", "
            << info.bits_per_channel << " bits, " << found.file.size() << " bytes";
  if (info.orientation != 1)
    std::cout << ", stored as " << to_string(info.stored_size) << " with EXIF orientation " << info.orientation;
  if (info.has_icc) std::cout << ", ICC profile";
  const auto& source = found.provenance.digital_source_type;
  if (!source.empty()) std::cout << ", says it is " << imagegen::shown(source);
  if (!found.provenance.model.empty()) std::cout << " by " << imagegen::shown(found.provenance.model);
  if (found.provenance.has_c2pa) std::cout << ", signed (C2PA, not verified)";
  std::cout << ", ThumbHash " << found.thumb_hash << "\n";
  for (const auto& note : info.notes) std::cout << "  " << imagegen::shown(note) << "\n";
}

int inspect(const InspectOptions& options) {
  const auto found = examine(options.file);
  if (!found) return std::cerr << "imagegen: " << imagegen::shown_lines(found.error().message) << "\n", kBadInput;
  if (options.json)
    std::cout << boost::json::serialize(to_object(*found)) << "\n";
  else
    print(options.file, *found);
  return kOk;
}

}  // namespace

void add_inspect_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<InspectOptions>();
  auto* command = app.add_subcommand("inspect", "Say what a picture file is, by its content");
  command->add_option("FILE", options->file, "PNG, JPEG, WebP or AVIF")->required();
  command->add_flag("--json", options->json, "Print it as JSON");
  command->footer(kExitCodeHelp);
  command->callback([options, &exit_code] { exit_code = inspect(*options); });
}

}  // namespace cli
