#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

#include "call.hpp"
#include "command_description.hpp"
#include "commands.hpp"
#include "files.hpp"
#include "json_text.hpp"

namespace cli {
namespace {

namespace js = boost::json;

struct InspectCommand {
  std::vector<std::string> files;
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
  print_credits(found.at("credits").as_object());
  for (const auto& note : texts_of(found, "notes")) std::cout << "  " << note << "\n";
}

Answer findings_of(imagegen::Engine& engine, imagegen::Bytes file) {
  imagegen::RunOptions how;
  how.inputs.emplace_back(std::move(file));
  return call(engine, "images.inspect", {{"thumbHash", true}}, std::move(how));
}

// The document of one file as it is; of one among several with its name, a line each.
void print_document(const InspectCommand& command, const std::string& file, const Answer& answer) {
  if (command.files.size() == 1) {
    std::cout << answer.json << "\n";
    return;
  }
  js::object document{{"file", file}};
  for (const auto& member : answer.document) document[member.key()] = member.value();
  std::cout << json_text(document) << "\n";
}

int fail(const InspectCommand& command, const std::string& file, std::string_view code, const std::string& message) {
  auto error = error_before_asking(code, message);
  if (command.json && command.files.size() == 1)
    print_error({{"error", std::move(error)}});
  else if (command.json)
    std::cout << json_text(js::object{{"file", file}, {"error", std::move(error)}}) << "\n";
  return complain_beside(message, kBadInput);
}

int inspect_one(const InspectCommand& command, imagegen::Engine& engine, const std::string& file) {
  auto bytes = read_file(file);
  if (!bytes) return fail(command, file, to_string(bytes.error().code), bytes.error().message);
  const auto answer = findings_of(engine, std::move(*bytes));
  if (!answer.ok)
    return fail(command, file, text_of(answer.document, "code"), name_of_input(file) + ": " + message_of(answer));
  if (command.json)
    print_document(command, file, answer);
  else
    std::cout << imagegen::shown(name_of_input(file)) << ": ", print_findings_of(answer.document);
  return kOk;
}

int inspect(const InspectCommand& command) {
  const auto engine = imagegen::Engine::open({});
  if (!engine) return complain(engine.error(), kFailed);
  std::size_t failures = 0;
  for (const auto& file : command.files) failures += inspect_one(command, **engine, file) == kOk ? 0 : 1;
  if (failures == 0) return kOk;
  return failures == command.files.size() ? kBadInput : kPartlyDone;
}

}  // namespace

void add_inspect_command(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<InspectCommand>();
  auto* what = app.add_subcommand("inspect", "Say what picture files are, by their content");
  takes_file(what->add_option("FILE", command->files, "PNG, JPEG, WebP, AVIF or GIF; - is standard input")->required());
  what->add_flag("--json", command->json, "Print it as JSON: of several files a line each, with its name");
  what->callback([command, &exit_code] { exit_code = inspect(*command); });
}

}  // namespace cli
