#include <CLI/CLI.hpp>
#include <imagegen/core/encoding.hpp>
#include <imagegen/core/geometry.hpp>
#include <imagegen/engine/operations.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cctype>
#include <iostream>
#include <memory>
#include <sstream>

#include "call.hpp"
#include "command_description.hpp"
#include "commands.hpp"
#include "files.hpp"

namespace cli {
namespace {

namespace js = boost::json;
using Takes = Flag::Takes;

// One of the operations masks.*, with the files that it takes and those that it gives.
struct MaskCommand {
  const imagegen::OperationDescription* operation = nullptr;
  js::object request;
  std::vector<Flag> flags;
  std::vector<std::string> inputs, outputs;  // paths, in the order of the operation's files; "": not wanted
  std::string size;
  bool json = false;
};

const Flag kMaskEncoding[] = {{"--chroma", "chromaSubsampling"}, {"--no-optimise", "optimiseCoding"}};
const Flag kMaskOutpaint[] = {
    {"--position", "position", Takes::text, "Where the picture stands: centre, north ... north-west, or x,y in [0, 1]"},
    {"--chroma", "chromaSubsampling"},
    {"--no-optimise", "optimiseCoding"}};
// How fields are named that are given by other options.
const Flag kMaskFieldsByHand[] = {{"--size", "width"}, {"--size", "height"}, {"-o", "format"}};

std::vector<std::string_view> inputs_of(const imagegen::OperationDescription& operation) {
  return operation.input.empty() ? operation.inputs : std::vector<std::string_view>{operation.input};
}

bool has_field(const MaskCommand& command, std::string_view name) {
  return js::parse(command.operation->request_schema).at("properties").as_object().contains(name);
}

// "12.5 %"
std::string percent_of(const js::object& report, std::string_view name) {
  const auto share = report.at(name).to_number<double>();
  const auto tenths = static_cast<int>(share * 1000 + 0.5);
  if (tenths == 0 && share > 0) return "less than 0.1 %";
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

void print_coverage(std::ostream& out, const js::object& report) {
  out << "  edits " << percent_of(report, "editedShare") << ", touches " << percent_of(report, "touchedShare");
  if (const auto* region = report.at("region").if_object())
    out << ", region " << number_of(*region, "width") << "x" << number_of(*region, "height") << "+"
              << number_of(*region, "x") << "+" << number_of(*region, "y");
  if (const auto cleaned = number_of(report, "cleanedPixels"); cleaned > 0)
    out << ", without the noise of " << cleaned << " pixels";
  out << "\n";
}

void print_mask_report(std::ostream& out, const MaskCommand& command, const js::object& report) {
  out << imagegen::shown(command.outputs.empty() ? command.inputs.front() : command.outputs.front()) << "  "
            << number_of(report, "width") << "x" << number_of(report, "height");
  if (report.contains("sizeBytes")) out << "  " << number_of(report, "sizeBytes") << " bytes";
  if (report.contains("polarity")) out << "  mask read as " << text_of(report, "polarity");
  print_coverage(out, report);
  for (const auto& one : list_of(report, "polarities"))
    out << "  as " << text_of(one, "polarity") << " it edits " << percent_of(one, "editedShare") << "\n";
}

// A message that begins with the name of a file has the file's own name instead.
std::string with_file_name(const MaskCommand& command, const std::string& message) {
  const auto names = inputs_of(*command.operation);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto name = std::string(names[i]) + ": ";
    if (message.starts_with(name)) return name_of_input(command.inputs[i]) + ": " + message.substr(name.size());
  }
  return message;
}

int complain_of_mask(const MaskCommand& command, const Answer& failed) {
  std::vector<Flag> names = command.flags;
  names.insert(names.end(), std::begin(kMaskFieldsByHand), std::end(kMaskFieldsByHand));
  if (!list_of(failed.document, "faults").empty()) return complain(failed, names);
  if (command.json) print_error(failed.error);
  return complain_beside(with_file_name(command, message_of(failed)), kBadInput);
}

int write_files(const MaskCommand& command, const Answer& answer) {
  for (std::size_t i = 0; i < command.outputs.size(); ++i) {
    if (command.outputs[i].empty()) continue;
    const auto written = write_file(command.outputs[i], answer.files.at(i).view());
    if (!written) return complain(written.error(), kFailed);
  }
  return kOk;
}

// The format is told by the name, and a mask is always a PNG.
imagegen::Result<void> check_names(MaskCommand& command) {
  using imagegen::ImageFormat;
  for (std::size_t i = 0; i < command.outputs.size(); ++i) {
    if (command.outputs[i].empty()) continue;
    const bool is_free = i == 0 && has_field(command, "format");
    const auto format = imagegen::format_of_name(command.outputs[i] == kStandardStream ? ".png" : command.outputs[i]);
    if (!format || (!is_free && *format != ImageFormat::png))
      return imagegen::Error{imagegen::Errc::invalid_argument, (i == 0 ? "-o " : "--mask ") + command.outputs[i] +
                                                                   ": expected a name ending in " +
                                                                   (is_free ? ".webp, .jpg, .png or .avif" : ".png")};
    if (is_free) command.request["format"] = to_string(*format);
  }
  return {};
}

imagegen::Result<void> read_options(MaskCommand& command) {
  if (auto checked = check_names(command); !checked) return checked;
  if (command.size.empty()) return {};
  const auto size = imagegen::parse_pixel_size(command.size);
  if (!size) return in_context(size.error(), "--size");
  command.request["width"] = size->width, command.request["height"] = size->height;
  return {};
}

int run_mask_command(MaskCommand& command) {
  if (const auto read = read_options(command); !read) return complain(read.error(), kBadInput);
  imagegen::RunOptions how;
  for (const auto& path : command.inputs) {
    auto file = read_file(path);
    if (!file) return complain(file.error(), kBadInput);
    how.inputs.emplace_back(std::move(*file));
  }
  const auto engine = imagegen::Engine::open({});
  if (!engine) return complain(engine.error(), kFailed);
  const auto answer = call(**engine, command.operation->name, command.request, std::move(how));
  if (!answer.ok) return complain_of_mask(command, answer);
  const int exit_code = write_files(command, answer);
  if (exit_code != kOk) return exit_code;
  std::ostringstream report;
  if (command.json)
    report << answer.json << "\n";
  else
    print_mask_report(report, command, answer.document);
  const bool is_picture_on_stdout = std::ranges::find(command.outputs, kStandardStream) != command.outputs.end();
  (is_picture_on_stdout ? std::cerr : std::cout) << report.str();
  return kOk;
}

std::string in_capitals(std::string_view name) {
  std::string capitals(name);
  for (char& letter : capitals) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return capitals;
}

void add_files(CLI::App& app, MaskCommand& command) {
  const auto names = inputs_of(*command.operation);
  command.inputs.resize(names.size());
  command.outputs.resize(command.operation->files.size());
  for (std::size_t i = 0; i < names.size(); ++i)
    takes_file(app.add_option(in_capitals(names[i]), command.inputs[i],
                              "PNG, JPEG, WebP, AVIF or GIF; - is standard input"))
        ->required();
  if (command.outputs.empty()) return;
  const auto* what = has_field(command, "format")
                         ? "File to write; its extension is the format, - is standard output, as PNG"
                         : "PNG file to write; - is standard output";
  takes_file(app.add_option("-o,--output", command.outputs[0], what))->required();
  if (command.outputs.size() > 1)
    takes_file(app.add_option("--mask", command.outputs[1], "PNG file to write the mask to"));
}

struct MaskSubcommand {
  const char *name, *operation, *about, *example;
  std::span<const Flag> own = {};
};

void add_mask_subcommand(CLI::App& mask, const MaskSubcommand& what, int& exit_code) {
  auto command = std::make_shared<MaskCommand>();
  const auto all = imagegen::operation_descriptions();
  command->operation =
      &*std::ranges::find(all, std::string_view(what.operation), &imagegen::OperationDescription::name);
  auto* app = mask.add_subcommand(what.name, what.about);
  add_files(*app, *command);
  command->flags = described_flags(what.operation, what.own, {"width", "height", "format"});
  add_flags(*app, command->flags, command->request);
  if (has_field(*command, "width")) app->add_option("--size", command->size, "WIDTHxHEIGHT of the picture, in px");
  app->add_flag("--json", command->json, "Print what was found and made as JSON on stdout and nothing else");
  app->footer(std::string("Example: imagegen mask ") + what.example + "\n" + kExitCodeHelp);
  app->callback([command, &exit_code] { exit_code = run_mask_command(*command); });
}

}  // namespace

void add_mask_command(CLI::App& app, int& exit_code) {
  const MaskSubcommand all[] = {
      {"inspect", "masks.inspect", "Say what a mask edits, and in which polarity", "inspect mask.png"},
      {"prepare", "masks.prepare", "Bring a mask into the form and the shape that are wanted",
       "prepare drawn.png -o mask.png --polarity opaque_is_edit --grow 8 --feather 4"},
      {"embed", "masks.embed", "Put a mask into the alpha of a picture, as OpenAI and ComfyUI take it",
       "embed photo.png mask.png -o both.png"},
      {"composite", "masks.composite", "Put an edited picture over the one it was made of, where the mask says so",
       "composite photo.png edited.png mask.png -o result.png --feather 4", kMaskEncoding},
      {"outpaint", "masks.outpaint", "Put a picture onto a larger canvas, with the mask of what is new there",
       "outpaint photo.png -o canvas.png --mask mask.png --aspect-ratio 16:9 --fill mirror --overlap 16",
       kMaskOutpaint}};
  auto* mask = app.add_subcommand("mask", "Read, shape and use the masks of inpainting and outpainting");
  for (const auto& one : all) add_mask_subcommand(*mask, one, exit_code);
  mask->require_subcommand(1);
  mask->footer(kExitCodeHelp);
}

}  // namespace cli
