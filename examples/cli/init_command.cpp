#include <CLI/CLI.hpp>
#include <imagegen/core/shown_text.hpp>

#include <boost/json/serialize.hpp>

#include <filesystem>
#include <iostream>
#include <memory>

#include "command_description.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "files.hpp"
#include "said.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

// As small as a pack can be: one shot, two sizes.
constexpr std::string_view kFirstPack = R"({
  "pack_version": "2.0",
  "pack_id": "my-first-pack",
  "created_at": "2026-01-01T00:00:00Z",
  "created_by": "imagegen init",
  "brief": "export_plan has a row for each file, shot_boards says what each shot shows; see docs/lifestyle-heroes.md.",
  "export_plan": [
    {
      "sku": "SKU-1", "shot_id": "SHOT-1", "base_key": "shot-1", "size_label": "Desktop",
      "filename": "shot-1_1920x800.webp", "width": 1920, "height": 800, "format": "webp", "is_primary": true
    },
    {
      "sku": "SKU-1", "shot_id": "SHOT-1", "base_key": "shot-1", "size_label": "Mobile",
      "filename": "shot-1_800x1000.webp", "width": 800, "height": 1000, "format": "webp", "is_primary": false
    }
  ],
  "shot_boards": [
    {
      "shot_id": "SHOT-1",
      "scenario": "A handmade mug stands on a wooden table beside an open book.",
      "camera": "Full-frame camera, 50 mm lens at f/2.0",
      "framing": "Three-quarter view, the mug slightly right of the centre",
      "lighting": "Soft morning light through a window on the left",
      "color_palette": "Oat, clay and warm white",
      "sku": "SKU-1",
      "card_title": "Morning mug",
      "collection": "My collection",
      "notes": "What stands here goes into the prompt.\nWrite down what must not be covered or cut."
    }
  ]
}
)";

struct InitCommand {
  std::string folder = ".";
  bool json = false, force = false;
};

int init(const InitCommand& command) {
  const auto file = std::filesystem::path(command.folder) / "pack.json";
  if (std::filesystem::exists(file) && !command.force)
    return complain(file.string() + ": is there already; --force writes over it", kBadInput);
  const auto written = write_file(file, imagegen::as_bytes(kFirstPack));
  if (!written) return complain(written.error(), kFailed);
  const auto name = imagegen::shown(file.lexically_normal().string());
  if (command.json)
    std::cout << boost::json::serialize(boost::json::object{{"file", file.lexically_normal().string()}}) << "\n";
  else
    std::cout << name << "\n";
  note("see what it would make: imagegen heroes " + name + " --dry-run");
  return kOk;
}

}  // namespace

void add_init_command(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<InitCommand>();
  auto* what = app.add_subcommand("init", "Write a small lifestyle pack to begin with");
  auto* folder = what->add_option("DIR", command->folder, "Where pack.json is written (default: here)");
  facts_of(folder).names = OptionFacts::Names::folder;
  what->add_flag("--force", command->force, "Write over a pack.json that is there");
  what->add_flag("--json", command->json, "Print the name of the file as JSON");
  what->callback([command, &exit_code] { exit_code = init(*command); });
}

}  // namespace cli
