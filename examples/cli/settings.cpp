#include "settings.hpp"

#include <CLI/CLI.hpp>
#include <imagegen/core/shown_text.hpp>

#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <iostream>

#include "files.hpp"
#include "flags.hpp"

namespace cli {
namespace {

using Takes = Flag::Takes;

const Flag kSettings[] = {
    {"--provider", "provider", Takes::text, "placeholder (draws, free) or openai"},
    {"--model", "openai.model", Takes::text, "Model of the provider, for example gpt-image-2"},
    {"--quality", "openai.quality", Takes::text, "The provider's word for quality, for example low, medium, high"},
    {"--store", "store", Takes::text, "file:DIR, s3://bucket/prefix or memory: (default file:out)"},
    {"--state", "state", Takes::text,
     "sqlite:FILE, postgres://..., mongodb://... or memory: (default sqlite:imagegen.db)"},
    {"--state-ledger", "stateLedger", Takes::text,
     "Purchases elsewhere: sqlite:FILE or postgres://...; needed beside mongodb://"},
    {"--events", "events", Takes::text, "Append analytics events to this file, as JSON lines"},
    {"--spool", "spool", Takes::text,
     "Folder for paid pictures that the store does not take (default: beside the SQLite file, or in PostgreSQL)"},
    {"--threads", "threads", Takes::number, "Threads for pixels (default: one per core)", 1, 256},
};

const Flag kBudgets[] = {
    {"--budget-job", "budgets.job", Takes::dollars,
     "Buy nothing that would bring one job above this many US dollars"},
    {"--budget-user", "budgets.user", Takes::dollars,
     "Buy nothing that would bring one user, over all time, above this many US dollars"},
    {"--budget-day", "budgets.day", Takes::dollars,
     "Buy nothing that would bring one UTC day above this many US dollars"},
    {"--budget-total", "budgets.total", Takes::dollars,
     "Buy nothing that would bring all that the ledger holds above this many US dollars"},
};

std::optional<std::string> environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

}  // namespace

void add_settings(CLI::App& command, Settings& settings) {
  command.add_option("--config", settings.config_file, "JSON configuration file (docs/configuration.md)");
  add_flags(command, kSettings, settings.overrides);
}

void add_budgets(CLI::App& command, Settings& settings) {
  add_flags(command, kBudgets, settings.overrides);
}

std::optional<imagegen::EngineOptions> options_of(const Settings& settings) {
  imagegen::EngineOptions options;
  options.defaults_json = R"({"store": "file:out", "state": "sqlite:imagegen.db"})";
  options.environment = environment;
  options.overrides_json = boost::json::serialize(settings.overrides);
  options.on_word = [](const std::string& word) { std::cerr << "imagegen: " << word << "\n"; };
  if (settings.config_file.empty()) return options;
  const auto text = read_file(settings.config_file);
  if (!text) return std::cerr << "imagegen: " << imagegen::shown_lines(text.error().message) << "\n", std::nullopt;
  options.config_json = imagegen::as_text(*text);
  return options;
}

}  // namespace cli
