#include <CLI/CLI.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <iostream>
#include <memory>
#include <set>

#include "call.hpp"
#include "commands.hpp"
#include "files.hpp"
#include "render_options.hpp"

namespace cli {
namespace {

namespace js = boost::json;

// "renditions[1].provenance.source" is the option --source of any output.
std::string option_of(std::string_view path) {
  const auto dot = path.starts_with("renditions[") ? path.find("].") : std::string_view::npos;
  return dot == std::string_view::npos ? std::string(path) : rendition_option(path.substr(dot + 2));
}

int complain_of_render(const RenderOptions& options, const Answer& failed) {
  const auto faults = list_of(failed.document, "faults");
  for (const auto& fault : faults)
    complain(option_of(std::string(fault.at("path").as_string())) + ": " + std::string(fault.at("message").as_string()),
             kBadInput);
  if (faults.empty()) complain(options.input + ": " + message_of(failed), kBadInput);
  return kBadInput;
}

// "  keeps 98 % of a face"
std::string subject_of(const js::object& made) {
  const auto* subject = made.if_contains("subject");
  if (!subject || !subject->is_object()) return "";
  const auto& found = subject->as_object();
  const auto percent = static_cast<int>(found.at("kept").to_number<double>() * 100.0 + 0.5);
  return "  keeps " + std::to_string(percent) + " % of " + (is(found, "isFace") ? "a face" : "what stands out");
}

void print_planned(const std::string& output, const js::object& made, const std::string& bytes = "") {
  const auto& crop = made.at("crop").as_object();
  std::cout << imagegen::shown(output) << "  " << number_of(made, "width") << "x" << number_of(made, "height") << bytes
            << "  crop " << number_of(crop, "width") << "x" << number_of(crop, "height") << "+" << number_of(crop, "x")
            << "+" << number_of(crop, "y") << (is(made, "upscaled") ? "  upscaled" : "") << subject_of(made) << "\n";
}

void print_file(const std::string& output, const js::object& made) {
  print_planned(output, made, "  " + std::to_string(number_of(made, "sizeBytes")) + " bytes");
}

// Empty when all is well with it.
std::string write_rendition(const std::string& output, const js::object& made, const imagegen::SharedBytes& file) {
  if (const auto* error = made.if_contains("error")) return std::string(error->at("message").as_string());
  const auto written = write_file(output, file.view());
  return written ? std::string() : written.error().message;
}

// The option that a note speaks of: "target_bytes: expected ..." of --target-bytes. Empty where it speaks of the
// picture.
std::string option_of_note(std::string_view note) {
  std::string field;
  for (const char c : note.substr(0, note.find(':'))) {
    const bool begins_word = !field.empty() && field.back() == '_';
    if (begins_word) field.pop_back();
    field.push_back(begins_word && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  const auto option = rendition_option(field);
  return option == field ? std::string() : option;
}

// Those about the picture are the same for several outputs, and said once.
void complain_of_notes(const RenderOptions& options, const std::string& output, const js::object& made,
                       std::set<std::string>& said) {
  for (const auto& note : texts_of(made, "notes")) {
    if (const auto option = option_of_note(note); !option.empty())
      complain(output + ": " + option + note.substr(note.find(':')), kOk);
    else if (said.insert(note).second)
      complain(options.input + ": " + note, kOk);
  }
}

// What failed is said; the others are written.
int write_all(const RenderOptions& options, const Answer& answer) {
  std::size_t failures = 0;
  std::set<std::string> said;
  const auto renditions = list_of(answer.document, "renditions");
  for (std::size_t i = 0; i < renditions.size(); ++i) {
    const auto& output = options.outputs[i];
    if (const auto why = write_rendition(output, renditions[i], answer.files[i]); !why.empty()) {
      ++failures;
      complain(output + ": " + why, kFailed);
      continue;
    }
    complain_of_notes(options, output, renditions[i], said);
    print_file(output, renditions[i]);
  }
  if (failures == 0) return kOk;
  return failures == options.outputs.size() ? kFailed : kPartlyDone;
}

// What would be made.
int print_plan(const RenderOptions& options, const Answer& answer) {
  std::set<std::string> said;
  const auto renditions = list_of(answer.document, "renditions");
  std::size_t failures = 0;
  for (std::size_t i = 0; i < renditions.size(); ++i) {
    if (const auto* error = renditions[i].if_contains("error")) {
      ++failures;
      complain(options.outputs[i] + ": " + std::string(error->at("message").as_string()), kFailed);
      continue;
    }
    complain_of_notes(options, options.outputs[i], renditions[i], said);
    print_planned(options.outputs[i], renditions[i]);
  }
  return failures == 0 ? kOk : kBadInput;
}

int render(const RenderOptions& options) {
  const auto request = render_request(options);
  if (!request) return complain(request.error().message, kBadInput);
  auto input = read_file(options.input);
  if (!input) return complain(input.error().message, kBadInput);
  imagegen::EngineOptions opening;
  opening.overrides_json = js::serialize(options.overrides);
  const auto engine = imagegen::Engine::open(std::move(opening));
  if (!engine) return complain(engine.error().message, kFailed);
  imagegen::RunOptions how;
  how.inputs.emplace_back(std::move(*input));
  for (const auto& name : options.steps.overlays) {
    auto overlay = read_file(name);
    if (!overlay) return complain(overlay.error().message, kBadInput);
    how.inputs.emplace_back(std::move(*overlay));
  }
  const auto answer = call(**engine, options.dry_run ? "images.plan" : "images.render", *request, std::move(how));
  if (!answer.ok) return complain_of_render(options, answer);
  return options.dry_run ? print_plan(options, answer) : write_all(options, answer);
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
