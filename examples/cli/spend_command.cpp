#include <CLI/CLI.hpp>
#include <imagegen/spend/ledger_export.hpp>

#include <iostream>
#include <memory>

#include "commands.hpp"
#include "open_runtime.hpp"

namespace cli {
namespace {

using imagegen::Purchase;

struct SpendOptions {
  Settings settings;
  std::string job, user;
  bool json = false, csv = false;
};

imagegen::Result<std::vector<Purchase>> all(imagegen::Ledger& ledger, const SpendOptions& options) {
  imagegen::LedgerQuery query;
  if (!options.job.empty()) query.job_id = options.job;
  if (!options.user.empty()) query.user = options.user;
  query.limit = 10'000;
  std::vector<Purchase> purchases;
  do {
    auto page = ledger.list(query);
    if (!page) return page.error();
    purchases.insert(purchases.end(), page->purchases.begin(), page->purchases.end());
    query.after = page->next;
  } while (!query.after.empty());
  return purchases;
}

void print(const std::vector<Purchase>& purchases) {
  const auto sum = imagegen::sum_up(purchases);
  std::cout << sum.images << " pictures for " << to_string(sum.settled) << " USD; " << to_string(sum.held)
            << " USD are held against budgets\n";
  if (sum.unknown > 0) std::cout << sum.unknown << " purchases whose outcome is unknown: they may have been paid for\n";
  if (sum.unknown_prices > 0) std::cout << sum.unknown_prices << " pictures without a known price are not in the sum\n";
}

int spend(const SpendOptions& options) {
  const auto runtime = open_runtime(options.settings);
  if (!runtime) return kBadInput;
  const auto state = runtime->state();
  if (!state) return complain(state.error());
  const auto purchases = all(*(*state)->ledger, options);
  if (!purchases) return complain(purchases.error());
  if (options.csv)
    std::cout << imagegen::to_csv(*purchases);
  else if (options.json)
    std::cout << imagegen::to_json(*purchases) << "\n";
  else
    print(*purchases);
  return kOk;
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
  command->callback([options, &exit_code] { exit_code = spend(*options); });
}

}  // namespace cli
