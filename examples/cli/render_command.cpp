#include <CLI/CLI.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

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
  return dot == std::string_view::npos ? std::string(path) : name_of(rendition_flags(), path.substr(dot + 2));
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

// On stderr where stdout has a picture.
void print_rendition(std::ostream& out, const std::string& output, const js::object& made) {
  const auto& crop = made.at("crop").as_object();
  out << imagegen::shown(output) << "  " << number_of(made, "width") << "x" << number_of(made, "height") << "  "
      << number_of(made, "sizeBytes") << " bytes  crop " << number_of(crop, "width") << "x" << number_of(crop, "height")
      << "+" << number_of(crop, "x") << "+" << number_of(crop, "y") << (is(made, "upscaled") ? "  upscaled" : "")
      << "\n";
}

// Empty when all is well with it.
std::string write_rendition(const std::string& output, const js::object& made, const imagegen::SharedBytes& file) {
  if (const auto* error = made.if_contains("error")) return std::string(error->at("message").as_string());
  const auto written = write_file(output, file.view());
  return written ? std::string() : written.error().message;
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
  void failed(const std::string& output, const std::string& why) {
    ++failures_;
    documents_.push_back(js::object{{"file", output}, {"error", {{"code", "FAILED"}, {"message", why}}}});
    complain_beside(output + ": " + why, kFailed);
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
  const auto renditions = list_of(answer.document, "renditions");
  for (const auto& text : renditions.empty() ? std::vector<std::string>() : texts_of(renditions.front(), "notes"))
    note(name_of_input(options.input) + ": " + text);
  for (std::size_t i = 0; i < renditions.size(); ++i) {
    const auto& output = options.outputs[i];
    if (const auto why = write_rendition(output, renditions[i], answer.files[i]); !why.empty())
      report.failed(output, why);
    else
      report.made(output, renditions[i]);
  }
  return report.end();
}

// The request of images.render: a rendition for each output, in their order.
imagegen::Result<js::object> render_request(const OutputOptions& given) {
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
    auto rendition = rendition_of(options);
    if (!rendition) return rendition.error();
    renditions.push_back(std::move(*rendition));
  }
  return js::object{{"renditions", std::move(renditions)}};
}

int render(const RenderOptions& options, const OutputOptions& given) {
  const auto request = render_request(given);
  if (!request) return complain(request.error().message, kBadInput);
  auto input = read_file(options.input);
  if (!input) return complain(input.error().message, kBadInput);
  imagegen::EngineOptions opening;
  opening.overrides_json = js::serialize(options.overrides);
  const auto engine = imagegen::Engine::open(std::move(opening));
  if (!engine) return complain(engine.error().message, kFailed);
  imagegen::RunOptions how;
  how.inputs.emplace_back(std::move(*input));
  const auto answer = call(**engine, "images.render", *request, std::move(how));
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
