#include <CLI/CLI.hpp>

#include <filesystem>
#include <iostream>
#include <memory>

#include "call.hpp"
#include "command_description.hpp"
#include "commands.hpp"
#include "contact_sheet.hpp"
#include "files.hpp"
#include "heroes_report.hpp"
#include "interrupt.hpp"
#include "json_file.hpp"
#include "progress_bar.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

namespace js = boost::json;
using Takes = Flag::Takes;

const Flag kHeroes[] = {
    {"--shot", "shotIds"},
    {"--budget", "budget", Takes::dollars, "Refuse (exit 5) when the estimate is above this many US dollars"},
    {"--buy-unknown", "buyAgainWhenUnknown"},
    {"--work-item", "workItemId", Takes::text, "Work item id (default: the pack's file name)"},
};

struct HeroesCommand : Command {
  std::string pack_file, template_file, contact_sheet;
};

// As the operation refuses a pack that it was given.
int refuse_pack(std::string_view code, const std::string& message) {
  if (manner().json) print_error({{"ok", false}, {"error", error_before_asking(code, message)}});
  return complain_beside(std::string(code) + ": " + message, kBadInput);
}

// Puts what stands in files into the request. \return What the process ends with where that cannot be.
std::optional<int> read_files(HeroesCommand& command) {
  auto& request = command.request;
  if (!command.template_file.empty()) {
    const auto text = read_file(command.template_file);
    if (!text) return complain(text.error(), kBadInput);
    request["promptTemplate"] = imagegen::as_text(*text);
  }
  const auto pack = read_file(command.pack_file);
  if (!pack) return refuse_pack("LIFESTYLE_PACK_NOT_FOUND", pack.error().message);
  auto parsed = parse_json_of(name_of_input(command.pack_file), imagegen::as_text(*pack));
  if (!parsed) return refuse_pack("INVALID_REQUEST", parsed.error().message);
  request["lifestylePack"] = std::move(*parsed);
  const auto is_named = command.pack_file != kStandardStream;
  if (!request.contains("workItemId") && is_named)
    request["workItemId"] = std::filesystem::path(command.pack_file).stem().string();
  if (!request.contains("workItemId")) request["workItemId"] = "stdin";
  if (!command.contact_sheet.empty()) request["contactSheet"] = true;
  return std::nullopt;
}

// A run that made nothing has nothing to add to a sheet, which knows more (prices, what was enlarged) of the last one.
bool needs_sheet(const HeroesCommand& command, const Answer& answer) {
  if (command.contact_sheet.empty() || !answer.ok || is(answer.document, "dryRun")) return false;
  const auto page = std::filesystem::path(command.contact_sheet);
  auto picture = page;
  picture.replace_extension(".png");
  return !list_of(answer.document, "generated").empty() || !std::filesystem::exists(page) ||
         !std::filesystem::exists(picture);
}

Answer make(const HeroesCommand& command, imagegen::Engine& engine, const Interrupt& interrupt) {
  ProgressBar bar;
  imagegen::RunOptions how;
  how.drain = interrupt.stop_buying(), how.stop = interrupt.stop_now();
  how.on_progress = [&bar](std::string_view step) { bar.show(step); };
  return call(engine, "heroes.generate", command.request, std::move(how));
}

int heroes(HeroesCommand& command) {
  Interrupt interrupt;
  if (const auto failed = read_files(command)) return *failed;
  const auto engine = is(command.request, "dryRun") ? open_to_read(command.settings) : open_engine(command.settings);
  if (!engine) return kBadInput;
  const auto answer = make(command, *engine, interrupt);
  if (command.json && answer.ok) std::cout << answer.json << "\n";
  if (command.json && !answer.ok) print_error(answer.error);
  command.json ? print_refusal(answer) : print_heroes(answer);
  const int exit_code = exit_code_of_heroes(answer, interrupt.happened());
  if (interrupt.happened() || !needs_sheet(command, answer)) return exit_code;
  const auto written = write_contact_sheet(answer.files, command.contact_sheet);
  if (written) return exit_code;
  return complain_beside("contact sheet: " + written.error().message, exit_code == kOk ? kPartlyDone : exit_code);
}

}  // namespace

void add_heroes_command(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<HeroesCommand>();
  auto* what =
      app.add_subcommand("heroes", "Make the lifestyle heroes of a pack: one picture a shot, cut into every size");
  takes_file(what->add_option("PACK", command->pack_file, "Lifestyle Pack v2, JSON; - is standard input")->required());
  add_options(*what, *command, described_flags("heroes.generate", kHeroes, {"promptTemplate", "contactSheet"}),
              "Print the result document on stdout and nothing else");
  takes_file(what->add_option("--prompt-template", command->template_file, "A template of your own (docs/prompts.md)"));
  takes_file(what->add_option("--contact-sheet", command->contact_sheet,
                              "Write an HTML page of all crops here, and a PNG beside it"));
  tell_other_sources(what->get_option("--budget"), "heroes.budget", "IMAGEGEN_BUDGET");
  add_budgets(*what, command->settings);
  what->callback([command, &exit_code] { exit_code = heroes(*command); });
}

}  // namespace cli
