#include <CLI/CLI.hpp>
#include <imagegen/runtime/settle_purchase.hpp>
#include <imagegen/spend/ledger_export.hpp>

#include <iostream>
#include <memory>

#include "commands.hpp"
#include "open_runtime.hpp"
#include "purchases.hpp"

namespace cli {
namespace {

using imagegen::Purchase;

struct SpendOptions {
  Settings settings;
  std::string job, user;
  bool json = false, csv = false;
};

void print(const std::vector<Purchase>& purchases) {
  const auto sum = imagegen::sum_up(purchases);
  std::cout << sum.images << " pictures for " << to_string(sum.settled) << " USD; " << to_string(sum.held)
            << " USD are held against budgets\n";
  if (sum.unknown > 0) std::cout << sum.unknown << " purchases whose outcome is unknown: they may have been paid for\n";
  if (sum.unknown_prices > 0) std::cout << sum.unknown_prices << " pictures without a known price are not in the sum\n";
}

int spend(const SpendOptions& options) {
  const auto runtime = open_to_read(options.settings);
  if (!runtime) return kBadInput;
  const auto state = runtime->state();
  if (!state) return complain(state.error());
  const auto purchases = all_purchases(*(*state)->ledger, options.job, options.user);
  if (!purchases) return complain(purchases.error());
  if (options.csv)
    std::cout << imagegen::to_csv(*purchases);
  else if (options.json)
    std::cout << imagegen::to_json(*purchases) << "\n";
  else
    print(*purchases);
  return kOk;
}

struct SettleOptions {
  Settings settings;
  std::string id, note;
  std::optional<imagegen::Usd> actual;
  bool released = false, buy_again = false, json = false;
};

imagegen::PurchaseVerdict verdict_of(const SettleOptions& options) {
  using Outcome = imagegen::PurchaseVerdict::Outcome;
  const auto without_cost = options.released ? Outcome::released : Outcome::buy_again;
  return {options.actual ? Outcome::settled : without_cost, options.actual.value_or(imagegen::Usd{}), options.note};
}

void print(const Purchase& purchase) {
  std::cout << imagegen::shown(purchase.id) << "  " << to_string(purchase.state);
  if (purchase.actual) std::cout << "  " << to_string(*purchase.actual) << " USD";
  const auto* slots = purchase.also.empty() ? "  its slot may be bought again" : "  its slots may be bought again";
  std::cout << (purchase.blocks ? "" : slots) << "  "
            << imagegen::shown(purchase.note) << "\n";
}

int settle(const SettleOptions& options) {
  const auto runtime = open_to_read(options.settings);
  if (!runtime) return kBadInput;
  const auto state = runtime->state();
  if (!state) return complain(state.error());
  const auto now = imagegen::to_timestamp(runtime->clock().wall_now());
  const auto settled = settle_purchase(**state, options.id, verdict_of(options), now);
  if (!settled) return complain(settled.error());
  if (options.json)
    std::cout << imagegen::to_json(*settled) << "\n";
  else
    print(*settled);
  return kOk;
}

void add_settle_command(CLI::App& spend_command, int& exit_code) {
  auto options = std::make_shared<SettleOptions>();
  auto* command = spend_command.add_subcommand("settle", "Say how a purchase ended whose outcome nobody knows");
  command->add_option("PURCHASE", options->id, "Its id, as `imagegen spend --csv` lists it")->required();
  auto* outcome = command->add_option_group("OUTCOME", "Exactly one of them");
  outcome->add_flag("--released", options->released, "Nothing is owed: it is not on the provider's bill");
  add_dollars(*outcome, "--actual", options->actual, "It did cost this many US dollars");
  outcome->add_flag("--buy-again", options->buy_again,
                    "Let it be bought again, and keep its estimate held; it may then be paid twice");
  outcome->require_option(1);
  command->add_option("--note", options->note, "Why, for whoever looks at the ledger later");
  command->add_flag("--json", options->json, "Print the purchase as JSON on stdout and nothing else");
  add_settings(*command, options->settings);
  command->footer(kExitCodeHelp);
  command->callback([options, &exit_code] { exit_code = settle(*options); });
}

}  // namespace

void add_spend_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<SpendOptions>();
  auto* command = app.add_subcommand("spend", "What was bought, from the ledger");
  command->add_option("--job", options->job, "Only of this job");
  command->add_option("--user", options->user, "Only of this user");
  auto* csv = command->add_flag("--csv", options->csv, "Print every purchase as CSV");
  command->add_flag("--json", options->json, "Print every purchase and the sums as JSON")->excludes(csv);
  add_settings(*command, options->settings);
  command->footer(kExitCodeHelp);
  add_settle_command(*command, exit_code);
  command->callback([options, command, &exit_code] {
    if (command->get_subcommands().empty()) exit_code = spend(*options);
  });
}

}  // namespace cli
