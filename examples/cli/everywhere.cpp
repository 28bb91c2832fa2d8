#include "everywhere.hpp"

#include <CLI/CLI.hpp>
#include <imagegen/core/version.hpp>
#include <imagegen/engine/engine.hpp>

#include <boost/json/parse.hpp>
#include <boost/version.hpp>

#include "call.hpp"
#include "command_description.hpp"
#include "terminal.hpp"
#include "word_check.hpp"

namespace cli {
namespace {

CLI::Option* in_every_command(CLI::Option* option) {
  return option->group(kEverywhere);
}

void choose_colour(const std::string& word) {
  manner().colour = word == "always" ? Colour::always : word == "never" ? Colour::never : Colour::automatic;
}

void add_color(CLI::App& app) {
  auto* color = app.add_option_function<std::string>("--color", choose_colour, "auto (default), always or never");
  takes_words(in_every_command(color), {"auto", "always", "never"})->type_name("WHEN");
}

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const auto& word : words) line += (line.empty() ? "" : ", ") + word;
  return line;
}

// As the library tells them; nothing is configured for that.
boost::json::object formats_of_library() {
  const auto engine = imagegen::Engine::open({});
  if (!engine) return {};
  const auto answer = call(**engine, "runtime.describe", {});
  return answer.ok ? answer.document.at("formats").as_object() : boost::json::object();
}

}  // namespace

void add_everywhere(CLI::App& app) {
  in_every_command(app.set_help_flag("-h,--help", "Print this and end"));
  in_every_command(app.add_flag_callback(
      "-q,--quiet", [] { manner().loudness = Loudness::quiet; }, "Say nothing but results and errors"));
  in_every_command(app.add_flag_callback(
      "-v,--verbose", [] { manner().loudness = Loudness::verbose; }, "Say more: steps too where there is no terminal"));
  add_color(app);
  for (auto* below : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!below->get_name().empty()) add_everywhere(*below);
}

std::string version_text() {
  const auto formats = formats_of_library();
  return "imagegen " + std::string(imagegen::version()) + "\nreads: " + joined(texts_of(formats, "read")) +
         "\nwrites: " + joined(texts_of(formats, "write")) +
         "\nbuilt with: " IMAGEGEN_BUILT_WITH "\nbuild: " IMAGEGEN_BUILD_TYPE ", " IMAGEGEN_COMPILER "\n";
}

}  // namespace cli
