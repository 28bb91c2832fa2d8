#include "rendition_steps.hpp"

#include <CLI/CLI.hpp>
#include <imagegen/core/shown_text.hpp>

#include <charconv>
#include <initializer_list>
#include <optional>

#include "command_description.hpp"

namespace cli {
namespace {

namespace js = boost::json;
using imagegen::Errc;
using imagegen::Error;
using imagegen::Result;
using Takes = Flag::Takes;

const Flag kSteps[] = {
    {"--rotate", "rotate", Takes::number, "Degrees clockwise: 90, 180 or 270"},
    {"--flip", "flip", Takes::yes, "Upside down; mirrors come before the turn"},
    {"--flop", "flop", Takes::yes, "Left becomes right"},
    {"--trim", "trim.threshold", Takes::number,
     "Cut off a border of one colour; how far a channel may be from it, such as 10", 0, 255},
    {"--sharpen", "sharpen.sigma", Takes::real, "Sharpen what was resized; how far it looks, 0.3..10 px"},
    {"--extend-with", "extendWith", Takes::text,
     "What stands in the margins: background (default), copy, mirror, repeat"},
};

const Flag kOverlay[] = {
    {"--overlay-position", "position", Takes::text,
     "Where it stands: south-east (default), another corner, centre, x,y"},
    {"--overlay-scale", "scale", Takes::real, "Its width as a share of the output's (default: as large as it is)"},
    {"--overlay-opacity", "opacity", Takes::real, "0..1 (default 1)"},
    {"--overlay-margin", "margin", Takes::number, "px that stay free at the edges, and between tiles", 0, 65'535},
    {"--overlay-tiled", "tiled", Takes::yes, "Again and again over the whole output"},
};

// "3,0,20,10"
std::optional<std::vector<int>> numbers_of(const std::string& text) {
  std::vector<int> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    int number = 0;
    const auto read = std::from_chars(at, end, number);
    if (read.ec != std::errc()) return std::nullopt;
    numbers.push_back(number);
    if (read.ptr == end) return numbers;
    if (*read.ptr != ',') return std::nullopt;
    at = read.ptr + 1;
  }
}

js::object object_of(std::initializer_list<const char*> names, const std::vector<int>& numbers) {
  js::object object;
  std::size_t i = 0;
  for (const char* name : names) object[name] = numbers[i++];
  return object;
}

Error wrong(const char* option, const char* expected, const std::string& got) {
  return {Errc::invalid_argument,
          std::string(option) + ": expected " + expected + ", got " + imagegen::in_quotes(got, 64)};
}

}  // namespace

std::span<const Flag> step_flags() {
  return kSteps;
}

void add_step_options(CLI::App& command, StepOptions& steps) {
  command.add_option("--extract", steps.extract, "Use only this part of the turned picture: X,Y,WIDTH,HEIGHT in px");
  command.add_option("--extend", steps.extend, "Margins in px: one number, or LEFT,TOP,RIGHT,BOTTOM");
  takes_file(command.add_option("--overlay", steps.overlays, "Picture to lay over it, such as a logo; may be repeated")
                 ->allow_extra_args(false));
  add_flags(command, kOverlay, steps.overlay);
}

Result<void> put_steps(const StepOptions& steps, std::size_t first_picture, js::object& rendition) {
  if (!steps.extract.empty()) {
    const auto part = numbers_of(steps.extract);
    if (!part || part->size() != 4) return wrong("--extract", "X,Y,WIDTH,HEIGHT, such as 10,20,300,200", steps.extract);
    rendition["extract"] = object_of({"x", "y", "width", "height"}, *part);
  }
  if (!steps.extend.empty()) {
    auto margins = numbers_of(steps.extend);
    if (margins && margins->size() == 1) margins->resize(4, margins->front());
    if (!margins || margins->size() != 4) return wrong("--extend", "a number or LEFT,TOP,RIGHT,BOTTOM", steps.extend);
    rendition["extend"] = object_of({"left", "top", "right", "bottom"}, *margins);
  }
  if (steps.overlays.empty() && !steps.overlay.empty())
    return Error{Errc::invalid_argument, "--overlay-...: expected a picture, given by --overlay FILE"};
  js::array overlays;
  for (std::size_t i = 0; i < steps.overlays.size(); ++i) {
    js::object overlay = steps.overlay;
    overlay["picture"] = first_picture + i;
    overlays.push_back(std::move(overlay));
  }
  if (!overlays.empty()) rendition["overlays"] = std::move(overlays);
  return {};
}

}  // namespace cli
