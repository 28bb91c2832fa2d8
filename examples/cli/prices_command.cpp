#include <CLI/CLI.hpp>

#include <imagegen/core/geometry.hpp>

#include <memory>

#include "call.hpp"
#include "columns.hpp"
#include "commands.hpp"
#include "money.hpp"

namespace cli {
namespace {

namespace js = boost::json;

void print_prices(const js::object& result) {
  std::vector<Row> rows{{"MODEL", "QUALITY", "AT MOST", "PRICES OF"}};
  for (const auto& price : list_of(result, "prices")) {
    const auto amount = money_of(price, "estimatedUsd");
    rows.push_back({text_of(price, "model"), text_of(price, "quality"),
                    amount.empty() ? "unknown" : amount + (is(price, "rough") ? ", rough" : ""),
                    text_of(price, "priceDate")});
  }
  print_table(rows);
}

struct PricesCommand : Command {
  std::string size;
};

int prices(const PricesCommand& command) {
  const auto engine = open_to_read(command.settings);
  if (!engine) return kBadInput;
  auto request = command.request;
  for (const auto* name : {"model", "quality"})
    if (const auto* openai = command.settings.overrides.if_contains("openai"))
      if (const auto* told = openai->as_object().if_contains(name)) request[name] = *told;
  if (!command.size.empty()) {
    const auto size = imagegen::parse_pixel_size(command.size);
    if (!size) return complain("--size: " + size.error().message, kBadInput);
    request["width"] = size->width, request["height"] = size->height;
  }
  return show(call(*engine, "provider.prices", request), command.json, command.flags, print_prices);
}

}  // namespace

void add_prices_command(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<PricesCommand>();
  auto* what = app.add_subcommand("prices", "Say what pictures of the provider's models may cost; needs no key");
  add_options(*what, *command,
              described_flags("provider.prices", {}, {"provider", "model", "quality", "width", "height"}));
  what->add_option("--size", command->size, "Of the picture: 1536x1024 (default: the provider's choice)")
      ->type_name("WIDTHxHEIGHT");
  what->callback([command, &exit_code] { exit_code = prices(*command); });
}

}  // namespace cli
