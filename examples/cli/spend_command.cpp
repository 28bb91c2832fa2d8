#include <CLI/CLI.hpp>

#include <cctype>
#include <iostream>
#include <memory>

#include "call.hpp"
#include "columns.hpp"
#include "commands.hpp"
#include "money.hpp"
#include "word_check.hpp"

namespace cli {
namespace {

namespace js = boost::json;
using Takes = Flag::Takes;

const Flag kSpend[] = {{"--job", "jobId"}};
// Of the list; the sums and the table are of everything.
const Flag kPage[] = {
    {"--limit", "limit", Takes::number, "With --json: how many (default 10000)", 1, 10'000},
    {"--after", "after", Takes::text, "With --json: go on where an earlier page ended"},
};
const Flag kSettle[] = {{"PURCHASE", "purchase", Takes::text, "Its id, as `imagegen spend --csv` lists it"}};
const Flag kOutcome[] = {
    {"--released", "outcome", Takes::word, "Nothing is owed: it is not on the provider's bill", 0, 0, "released"},
    {"--actual", "actualUsd", Takes::dollars, "It did cost this many US dollars"},
    {"--buy-again", "outcome", Takes::word,
     "Let it be bought again, and keep its estimate held; it may then be paid twice", 0, 0, "buyAgain"},
};

struct SpendCommand : Command {
  js::object page{{"limit", 10'000}};
  bool csv = false;
  std::string by;
};

void print_sum(const js::object& result) {
  const auto& sum = result.at("sum").as_object();
  const auto images = number_of(sum, "images");
  std::cout << images << (images == 1 ? " picture for " : " pictures for ") << money_of(sum, "settled") << "; "
            << money_of(sum, "held") << " are held against budgets\n";
  if (const auto unknown = number_of(sum, "unknownOutcomes"); unknown > 0)
    std::cout << unknown << " purchases whose outcome is unknown: they may have been paid for\n";
  if (const auto unknown = number_of(sum, "unknownPrices"); unknown > 0)
    std::cout << unknown << " pictures without a known price are not in the sum\n";
}

// Headed by what the sums are of.
void print_groups(const std::string& by, const js::object& result) {
  std::string heading = by;
  for (char& letter : heading) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  std::vector<Row> rows{{heading, "PICTURES", "SETTLED", "HELD", "UNKNOWN"}};
  const auto add = [&rows](const std::string& name, const js::object& sum) {
    rows.push_back({name, std::to_string(number_of(sum, "images")), money_of(sum, "settled"), money_of(sum, "held"),
                    std::to_string(number_of(sum, "unknownOutcomes"))});
  };
  for (const auto& group : list_of(result, "groups")) {
    const auto key = text_of(group, "key");
    add(key.empty() ? "(none)" : key, group);
  }
  add("in all", result.at("sum").as_object());
  print_table(rows);
}

int spend_by(const SpendCommand& command, imagegen::Engine& engine) {
  auto request = command.request;
  request["by"] = command.by;
  const auto answer = call(engine, "spend.sums", request);
  if (!answer.ok || command.json) return show(answer, command.json, command.flags, print_sum);
  print_groups(command.by, answer.document);
  return kOk;
}

int spend(const SpendCommand& command) {
  const auto engine = open_to_read(command.settings);
  if (!engine) return kBadInput;
  if (!command.by.empty()) return spend_by(command, *engine);
  auto request = command.request;
  if (!command.json) {
    const auto answer = call(*engine, "spend.export", request);
    if (!command.csv || !answer.ok) return show(answer, false, command.flags, print_sum);
    std::cout << imagegen::as_text(answer.files.at(0).view());
    return kOk;
  }
  for (const auto& field : command.page) request[field.key()] = field.value();
  return show(call(*engine, "spend.list", request), true, kPage, print_sum);
}

void print_purchase(const js::object& result) {
  const auto& purchase = result.at("purchase").as_object();
  std::cout << text_of(purchase, "id") << "  " << text_of(purchase, "state");
  if (const auto actual = money_of(purchase, "actualUsd"); !actual.empty()) std::cout << "  " << actual;
  const bool is_one = list_of(purchase, "also").empty();
  const auto* slots = is_one ? "  its slot may be bought again" : "  its slots may be bought again";
  std::cout << (is(purchase, "blocks") ? "" : slots) << "  " << text_of(purchase, "note") << "\n";
}

int settle(Command& command) {
  const auto engine = open_to_read(command.settings);
  if (!engine) return kBadInput;
  if (command.request.contains("actualUsd")) command.request["outcome"] = "settled";
  return show(call(*engine, "spend.settle", command.request), command.json, kOutcome, print_purchase);
}

void add_settle_command(CLI::App& spend_command, int& exit_code) {
  auto command = std::make_shared<Command>();
  auto* what = spend_command.add_subcommand("settle", "Say how a purchase ended whose outcome nobody knows");
  add_options(*what, *command, described_flags("spend.settle", kSettle, {"outcome", "actualUsd"}),
              "Print the purchase as JSON on stdout and nothing else");
  auto* outcome = what->add_option_group("OUTCOME", "Exactly one of them");
  add_flags(*outcome, kOutcome, command->request);
  outcome->require_option(1);
  what->callback([command, &exit_code] { exit_code = settle(*command); });
}

}  // namespace

void add_spend_command(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<SpendCommand>();
  auto* what = app.add_subcommand("spend", "What was bought, from the ledger");
  add_options(*what, *command, described_flags("spend.export", kSpend), "Print purchases and their sums as JSON");
  add_flags(*what, kPage, command->page);
  what->add_flag("--csv", command->csv, "Print every purchase as CSV")->excludes(what->get_option("--json"));
  takes_words(what->add_option("--by", command->by, "Sums of each user, UTC day, model or provider"),
              {"user", "day", "model", "provider"})
      ->excludes(what->get_option("--csv"));
  add_settle_command(*what, exit_code);
  what->callback([command, what, &exit_code] {
    if (what->get_subcommands().empty()) exit_code = spend(*command);
  });
}

}  // namespace cli
