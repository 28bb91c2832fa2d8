#include <CLI/CLI.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <set>

#include "call.hpp"
#include "commands.hpp"
#include "files.hpp"
#include "json_text.hpp"
#include "output_options.hpp"
#include "render_options.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

namespace js = boost::json;

// "renditions[1].provenance.source" is the option --source of any output.
std::string option_of(std::string_view path) {
  const auto dot = path.starts_with("renditions[") ? path.find("].") : std::string_view::npos;
  return dot == std::string_view::npos ? std::string(path) : rendition_option(path.substr(dot + 2));
}

int complain_of_render(const RenderOptions& options, const Answer& failed) {
  if (manner().json) print_error(failed.error);
  const auto faults = list_of(failed.document, "faults");
  for (const auto& fault : faults)
    complain_beside(
        option_of(std::string(fault.at("path").as_string())) + ": " + std::string(fault.at("message").as_string()),
        kBadInput);
  if (faults.empty()) complain_beside(name_of_input(options.input) + ": " + message_of(failed), kBadInput);
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

// On stderr where stdout has a picture. What is only planned has no bytes.
void print_rendition(std::ostream& out, const std::string& output, const js::object& made) {
  const auto& crop = made.at("crop").as_object();
  out << imagegen::shown(output) << "  " << number_of(made, "width") << "x" << number_of(made, "height");
  if (made.contains("sizeBytes")) out << "  " << number_of(made, "sizeBytes") << " bytes";
  out << "  crop " << number_of(crop, "width") << "x" << number_of(crop, "height") << "+" << number_of(crop, "x") << "+"
      << number_of(crop, "y") << (is(made, "upscaled") ? "  upscaled" : "") << subject_of(made) << "\n";
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
void tell_notes(const RenderOptions& options, const std::string& output, const js::object& made,
                std::set<std::string>& said) {
  for (const auto& text : texts_of(made, "notes")) {
    if (const auto option = option_of_note(text); !option.empty())
      note(output + ": " + option + text.substr(text.find(':')));
    else if (said.insert(text).second)
      note(name_of_input(options.input) + ": " + text);
  }
}

// Nothing when all is well with it.
std::optional<js::object> write_rendition(const RenderOptions& options, const std::string& output,
                                          const js::object& made, const imagegen::SharedBytes& file) {
  if (const auto* error = made.if_contains("error")) return error->as_object();
  if (options.dry_run) return std::nullopt;
  const auto written = write_file(output, file.view());
  if (written) return std::nullopt;
  return error_before_asking(to_string(written.error().code), written.error().message);
}

// What is told of one file, and how many could not be written.
class RenditionReport {
 public:
  explicit RenditionReport(const RenderOptions& options)
      : json_(options.json),
        is_on_stdout_(std::ranges::find(options.outputs, kStandardStream) != options.outputs.end()) {}

  void made(const std::string& output, const js::object& rendition) {
    auto document = rendition;
    document["file"] = output;
    documents_.push_back(std::move(document));
    if (!json_ && manner().loudness != Loudness::quiet)
      print_rendition(is_on_stdout_ ? std::cerr : std::cout, output, rendition);
  }
  void failed(const std::string& output, const js::object& error) {
    ++failures_;
    documents_.push_back(js::object{{"file", output}, {"error", error}});
    complain_beside(output + ": " + std::string(error.at("message").as_string()), kFailed);
  }
  // On stderr where stdout has a picture.
  int end() const {
    if (json_) (is_on_stdout_ ? std::cerr : std::cout) << json_text(js::object{{"renditions", documents_}}) << "\n";
    if (failures_ == 0) return kOk;
    return failures_ == documents_.size() ? kFailed : kPartlyDone;
  }

 private:
  const bool json_, is_on_stdout_;
  js::array documents_;
  std::size_t failures_ = 0;
};

// What failed is said; the others are written.
int write_all(const RenderOptions& options, const Answer& answer) {
  RenditionReport report(options);
  std::set<std::string> said;
  const auto renditions = list_of(answer.document, "renditions");
  for (std::size_t i = 0; i < renditions.size(); ++i) {
    const auto& output = options.outputs[i];
    const auto file = options.dry_run ? imagegen::SharedBytes() : answer.files[i];
    const auto error = write_rendition(options, output, renditions[i], file);
    tell_notes(options, output, renditions[i], said);
    error ? report.failed(output, *error) : report.made(output, renditions[i]);
  }
  return report.end();
}

// The request of images.render: a rendition for each output, in their order. The files of overlays are added to
// `pictures`.
imagegen::Result<js::object> render_request(const OutputOptions& given, std::vector<std::string>& pictures) {
  if (const auto fault = given.fault()) return imagegen::Error{imagegen::Errc::invalid_argument, *fault};
  js::array renditions;
  for (std::size_t i = 0; i < given.outputs(); ++i) {
    CLI::App one;
    RenderOptions options;
    add_render_options(one, options);
    auto arguments = given.arguments_of(i);
    std::ranges::reverse(arguments);
    try {
      one.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
      return imagegen::Error{imagegen::Errc::invalid_argument, std::string(error.what()) + ", for one -o"};
    }
    auto rendition = rendition_of(options, pictures.size());
    if (!rendition) return rendition.error();
    renditions.push_back(std::move(*rendition));
    pictures.insert(pictures.end(), options.steps.overlays.begin(), options.steps.overlays.end());
  }
  return js::object{{"renditions", std::move(renditions)}};
}

int render(const RenderOptions& options, const OutputOptions& given) {
  std::vector<std::string> pictures;
  auto request = render_request(given, pictures);
  if (!request) return complain(request.error(), kBadInput);
  auto input = read_file(options.input);
  if (!input) return complain(input.error(), kBadInput);
  imagegen::EngineOptions opening;
  opening.overrides_json = js::serialize(options.overrides);
  const auto engine = imagegen::Engine::open(std::move(opening));
  if (!engine) return complain(engine.error(), kFailed);
  imagegen::RunOptions how;
  how.inputs.emplace_back(std::move(*input));
  for (const auto& name : pictures) {
    auto picture = read_file(name);
    if (!picture) return complain(picture.error(), kBadInput);
    how.inputs.emplace_back(std::move(*picture));
  }
  if (!options.hdr.empty()) (*request)["limits"] = js::object{{"hdr", options.hdr}};
  const auto answer = call(**engine, options.dry_run ? "images.plan" : "images.render", *request, std::move(how));
  return answer.ok ? write_all(options, answer) : complain_of_render(options, answer);
}

}  // namespace

void add_render_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<RenderOptions>();
  auto* command = app.add_subcommand("render", "Cut one or several files out of one picture");
  const auto* output = add_render_options(*command, *options);
  OutputOptions::allow_for_each(*command);
  command->callback(
      [command, output, options, &exit_code] { exit_code = render(*options, OutputOptions(*command, *output)); });
}

}  // namespace cli
