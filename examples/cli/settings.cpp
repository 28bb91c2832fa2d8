#include "settings.hpp"

#include <CLI/CLI.hpp>
#include <imagegen/core/shown_text.hpp>
#include <imagegen/workflow/prompts.hpp>

#include <cstdlib>
#include <iostream>

#include "files.hpp"

namespace cli {
namespace {

std::optional<std::string> environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

bool complain(std::string_view where, const std::vector<imagegen::FieldFault>& faults) {
  if (!faults.empty()) std::cerr << "imagegen: " << imagegen::to_error(where, faults).message << "\n";
  return !faults.empty();
}

void put(const std::string& option, std::string& out) {
  if (!option.empty()) out = option;
}

void put(const std::optional<imagegen::Usd>& option, std::optional<imagegen::Usd>& out) {
  if (option) out = option;
}

}  // namespace

void add_settings(CLI::App& command, Settings& settings) {
  command.add_option("--config", settings.config_file, "JSON configuration file (docs/configuration.md)");
  command.add_option("--provider", settings.provider, "placeholder (draws, free) or openai");
  command.add_option("--model", settings.model, "Model of the provider, for example gpt-image-2");
  command.add_option("--quality", settings.quality, "The provider's word for quality, for example low, medium, high");
  command.add_option("--store", settings.store, "file:DIR, s3://bucket/prefix or memory: (default file:out)");
  command.add_option("--state", settings.state,
                     "sqlite:FILE, postgres://..., mongodb://... or memory: (default sqlite:imagegen.db)");
  command.add_option("--state-ledger", settings.state_ledger,
                     "Purchases elsewhere: sqlite:FILE or postgres://...; needed beside mongodb://");
  command.add_option("--events", settings.events, "Append analytics events to this file, as JSON lines");
  command.add_option("--spool", settings.spool,
                     "Folder for paid pictures that the store does not take (default: beside the SQLite file, or in "
                     "PostgreSQL)");
  command.add_option("--threads", settings.threads, "Threads for pixels (default: one per core)")
      ->check(CLI::Range(1, 256));
}

CLI::Option* add_dollars(CLI::App& command, const std::string& name, std::optional<imagegen::Usd>& out,
                         const std::string& what) {
  const auto take = [name, &out](const std::string& text) {
    const auto amount = imagegen::parse_usd(text);
    if (!amount) throw CLI::ValidationError(name, amount.error().message);
    out = *amount;
  };
  return command.add_option_function<std::string>(name, take, what)->type_name("USD");
}

void add_budgets(CLI::App& command, Settings& settings) {
  const auto add = [&](const char* name, std::optional<imagegen::Usd>& out, const std::string& what) {
    add_dollars(command, name, out, "Buy nothing that would bring " + what + " above this many US dollars");
  };
  add("--budget-job", settings.budgets.job, "one job");
  add("--budget-user", settings.budgets.user, "one user, over all time,");
  add("--budget-day", settings.budgets.day, "one UTC day");
  add("--budget-total", settings.budgets.total, "all that the ledger holds");
}

std::optional<imagegen::RuntimeConfig> resolve(const Settings& settings) {
  imagegen::RuntimeConfig config;
  config.store = "file:out";
  config.state.url = imagegen::Secret("sqlite:imagegen.db");
  if (!settings.config_file.empty()) {
    const auto text = read_file(settings.config_file);
    if (!text) return std::cerr << "imagegen: " << imagegen::shown_lines(text.error().message) << "\n", std::nullopt;
    if (complain(settings.config_file + ":", apply_json(config, imagegen::as_text(*text)))) return std::nullopt;
  }
  if (complain("environment:", apply_environment(config, environment))) return std::nullopt;
  if (!(settings.provider + settings.model + settings.quality).empty()) config.route.clear();  // that one is asked
  put(settings.provider, config.provider);
  put(settings.model, config.openai.model);
  put(settings.quality, config.openai.quality);
  put(settings.store, config.store);
  put(settings.events, config.events_file);
  put(settings.spool, config.spool);
  put(settings.enhancer, config.of<imagegen::PromptConfig>().enhancer.kind);
  put(settings.enhancer_model, config.of<imagegen::PromptConfig>().enhancer.openai.model);
  put(settings.budgets.job, config.budgets.job);
  put(settings.budgets.user, config.budgets.user);
  put(settings.budgets.day, config.budgets.day);
  put(settings.budgets.total, config.budgets.total);
  if (!settings.state.empty()) config.state.url = imagegen::Secret(settings.state);
  if (!settings.state_ledger.empty()) config.state.ledger_url = imagegen::Secret(settings.state_ledger);
  if (settings.threads > 0) config.threads = settings.threads;
  return config;
}

}  // namespace cli
