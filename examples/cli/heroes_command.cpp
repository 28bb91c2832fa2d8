#include <CLI/CLI.hpp>
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/workflow/heroes.hpp>

#include <filesystem>
#include <iostream>
#include <memory>

#include "commands.hpp"
#include "contact_sheet_file.hpp"
#include "exit_code.hpp"
#include "files.hpp"
#include "heroes_report.hpp"
#include "interrupt.hpp"
#include "progress_bar.hpp"
#include "settings.hpp"

namespace cli {
namespace {

using imagegen::HeroOutcome;

struct HeroesOptions {
  Settings settings;
  std::string pack_file, work_item, user, contact_sheet, template_file;
  imagegen::HeroRequest request;
  std::optional<imagegen::Usd> budget;
  bool allow_unknown_price = false, fresh = false, buy_unknown = false, json = false;
};

std::string work_item_of(const HeroesOptions& options) {
  return options.work_item.empty() ? std::filesystem::path(options.pack_file).stem().string() : options.work_item;
}

// What the pack file holds, or the refusal that says why it cannot be used.
std::variant<imagegen::LifestylePack, imagegen::HeroRefusal> load_pack(const std::string& file) {
  const auto text = read_file(file);
  if (!text) {
    auto refusal = imagegen::pack_not_found();
    refusal.message = text.error().message;
    return refusal;
  }
  auto parsed = imagegen::parse_lifestyle_pack(imagegen::as_text(*text));
  if (auto* faults = std::get_if<std::vector<imagegen::FieldFault>>(&parsed))
    return imagegen::invalid_request(std::move(*faults));
  return std::get<imagegen::LifestylePack>(std::move(parsed));
}

bool read_template(const HeroesOptions& options, imagegen::HeroOptions& heroes) {
  if (options.template_file.empty()) return true;
  const auto text = read_file(options.template_file);
  if (!text) return std::cerr << "imagegen: " << text.error().message << "\n", false;
  heroes.prompt_template = imagegen::as_text(*text);
  return true;
}

int answer(const HeroesOptions& options, const HeroOutcome& outcome, bool interrupted) {
  if (options.json) std::cout << to_json(outcome) << "\n";
  if (const auto* refusal = std::get_if<imagegen::HeroRefusal>(&outcome))
    print_refusal(*refusal);
  else if (!options.json)
    print_report(std::get<imagegen::HeroResult>(outcome));
  return exit_code_of(outcome, interrupted);
}

HeroOutcome make(const HeroesOptions& options, imagegen::Runtime& runtime, imagegen::HeroOptions heroes,
                 imagegen::LifestylePack pack, const Interrupt& interrupt) {
  ProgressBar bar;
  auto show = [&bar](const imagegen::HeroProgress& progress) { bar.show(progress); };
  heroes.stop_buying = interrupt.stop_buying();
  heroes.booking.user = options.user;
  return run_heroes(runtime, std::move(heroes), work_item_of(options), std::move(pack), options.request, show,
                    interrupt.stop_now());
}

int heroes(const HeroesOptions& options) {
  Interrupt interrupt;
  auto config = resolve(options.settings);
  if (!config) return kBadInput;
  auto& wanted = config->of<imagegen::HeroConfig>().options;
  if (!read_template(options, wanted)) return kBadInput;
  if (options.request.dry_run) config->events_file.clear();  // it writes nothing
  if (options.budget) wanted.budget = options.budget;
  config->worker.on_word = [](const std::string& word) { std::cerr << "imagegen: " << word << "\n"; };
  wanted.allow_unknown_price |= options.allow_unknown_price;
  wanted.fresh_masters = options.fresh;
  wanted.again_when_unknown |= options.buy_unknown;
  auto pack = load_pack(options.pack_file);
  if (auto* refusal = std::get_if<imagegen::HeroRefusal>(&pack)) return answer(options, std::move(*refusal), false);
  const auto runtime = imagegen::Runtime::open(*config);
  if (!runtime) return std::cerr << "imagegen: " << runtime.error().message << "\n", kBadInput;
  // The runtime's, in which the budgets of the configuration are.
  const auto outcome = make(options, **runtime, hero_options(**runtime), std::get<imagegen::LifestylePack>(pack), interrupt);
  const int exit_code = answer(options, outcome, interrupt.happened());
  const auto* result = std::get_if<imagegen::HeroResult>(&outcome);
  if (options.contact_sheet.empty() || !result || result->dry_run || interrupt.happened()) return exit_code;
  const auto written = write_contact_sheet(**runtime, *result, options.contact_sheet);
  if (written) return exit_code;
  std::cerr << "imagegen: contact sheet: " << written.error().message << "\n";
  return exit_code == kOk ? kPartlyDone : exit_code;
}

}  // namespace

void add_heroes_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<HeroesOptions>();
  auto* command =
      app.add_subcommand("heroes", "Make the lifestyle heroes of a pack: one picture a shot, cut into every size");
  command->add_option("PACK", options->pack_file, "Lifestyle Pack v2, JSON")->required();
  command->add_option("--shot", options->request.shot_ids, "Only this shot; may be repeated")->allow_extra_args(false);
  command->add_flag("--dry-run", options->request.dry_run, "Plan and price only; buy and write nothing");
  command->add_flag("--overwrite", options->request.overwrite, "Make files again that exist, from the kept pictures");
  command->add_flag("--fresh", options->fresh, "Buy new pictures in place of kept ones; implies --overwrite");
  command->add_flag("--buy-unknown", options->buy_unknown,
                    "Buy again what a run that was cut off may have bought; it may then be paid twice");
  add_dollars(*command, "--budget", options->budget, "Refuse (exit 5) when the estimate is above this many US dollars");
  command->add_flag("--allow-unknown-price", options->allow_unknown_price,
                    "Under a budget, buy also what has no known price");
  command->add_option("--prompt-template", options->template_file,
                      "File with a template of your own (docs/prompts.md)");
  command->add_option("--work-item", options->work_item, "Work item id (default: the pack's file name)");
  command->add_option("--user", options->user, "The user's id, for budgets and limits");
  command->add_option("--contact-sheet", options->contact_sheet,
                      "Write an HTML page of all crops here, and a PNG beside it");
  command->add_flag("--json", options->json, "Print the result document on stdout and nothing else");
  add_budgets(*command, options->settings);
  add_settings(*command, options->settings);
  command->footer(kExitCodeHelp);
  command->callback([options, &exit_code] { exit_code = heroes(*options); });
}

}  // namespace cli
