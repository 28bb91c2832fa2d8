#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

#include "call.hpp"
#include "commands.hpp"
#include "files.hpp"

namespace cli {
namespace {

namespace js = boost::json;

struct InspectCommand {
  std::string file;
  bool json = false;
};

std::string size_of(const js::object& found, std::string_view width, std::string_view height) {
  return std::to_string(number_of(found, width)) + "x" + std::to_string(number_of(found, height));
}

void print_credits(const js::object& credits) {
  for (const auto& creator : texts_of(credits, "creators")) std::cout << "  by " << creator << "\n";
  const std::pair<const char*, const char*> lines[] = {
      {"copyright", "copyright"}, {"creditLine", "credit"}, {"rightsUrl", "rights"}, {"usageTerms", "usage"}};
  for (const auto& [field, what] : lines)
    if (const auto text = text_of(credits, field); !text.empty()) std::cout << "  " << what << ": " << text << "\n";
}

void print_findings_of(const js::object& found) {
  const auto& provenance = found.at("provenance").as_object();
  const auto& credits = found.at("credits").as_object();
  std::cout << text_of(found, "format") << ", " << size_of(found, "width", "height") << " px, "
            << text_of(found, "colour") << ", " << number_of(found, "bitsPerChannel") << " bits, "
            << number_of(found, "sizeBytes") << " bytes";
  if (number_of(found, "orientation") != 1)
    std::cout << ", stored as " << size_of(found, "storedWidth", "storedHeight") << " with EXIF orientation "
              << number_of(found, "orientation");
  if (is(found, "hasIccProfile")) std::cout << ", ICC profile";
  const auto source = text_of(provenance, "digitalSourceType"), model = text_of(provenance, "model");
  if (!source.empty()) std::cout << ", says it is " << source;
  if (!model.empty()) std::cout << " by " << model;
  if (is(provenance, "hasC2pa")) std::cout << ", signed (C2PA, not verified)";
  std::cout << ", ThumbHash " << text_of(found, "thumbHash") << "\n";
  print_credits(credits);
  for (const auto& note : texts_of(found, "notes")) std::cout << "  " << note << "\n";
}

int inspect(const InspectCommand& command) {
  auto file = read_file(command.file);
  if (!file) return complain(file.error().message, kBadInput);
  const auto engine = imagegen::Engine::open({});
  if (!engine) return complain(engine.error().message, kFailed);
  imagegen::RunOptions how;
  how.inputs.emplace_back(std::move(*file));
  const auto answer = call(**engine, "images.inspect", {{"thumbHash", true}}, std::move(how));
  if (!answer.ok) return complain(command.file + ": " + message_of(answer), kBadInput);
  if (!command.json) std::cout << imagegen::shown(command.file) << ": ";
  return show(answer, command.json, {}, print_findings_of);
}

}  // namespace

void add_inspect_command(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<InspectCommand>();
  auto* what = app.add_subcommand("inspect", "Say what a picture file is, by its content");
  what->add_option("FILE", command->file, "PNG, JPEG, WebP, AVIF or GIF")->required();
  what->add_flag("--json", command->json, "Print it as JSON");
  what->footer(kExitCodeHelp);
  what->callback([command, &exit_code] { exit_code = inspect(*command); });
}

}  // namespace cli
