#include "settings.hpp"

#include <CLI/CLI.hpp>
#include <imagegen/core/shown_text.hpp>

#include <boost/json/serialize.hpp>

#include <cstdlib>

#include "command_description.hpp"
#include "exit_code.hpp"
#include "flags.hpp"
#include "json_file.hpp"
#include "said.hpp"

namespace cli {
namespace {

using Takes = Flag::Takes;

const Flag kSettings[] = {
    {"--provider", "provider", Takes::text, "placeholder (draws, free) or openai", 0, 0, "", "IMAGEGEN_PROVIDER"},
    {"--model", "openai.model", Takes::text, "Model of the provider, for example gpt-image-2", 0, 0, "",
     "IMAGEGEN_MODEL"},
    {"--quality", "openai.quality", Takes::text, "The provider's word for quality, for example low, medium, high", 0, 0,
     "", "IMAGEGEN_QUALITY"},
    {"--store", "store", Takes::text, "file:DIR, s3://bucket/prefix or memory: (default file:out)", 0, 0, "",
     "IMAGEGEN_STORE"},
    {"--state", "state", Takes::text,
     "sqlite:FILE, postgres://..., mongodb://... or memory: (default sqlite:imagegen.db)", 0, 0, "", "IMAGEGEN_STATE"},
    {"--state-ledger", "stateLedger", Takes::text,
     "Purchases elsewhere: sqlite:FILE or postgres://...; needed beside mongodb://", 0, 0, "", "IMAGEGEN_STATE_LEDGER"},
    {"--events", "events", Takes::text, "Append analytics events to this file, as JSON lines", 0, 0, "",
     "IMAGEGEN_EVENTS"},
    {"--spool", "spool", Takes::text,
     "Folder for paid pictures that the store does not take (default: beside the SQLite file, or in PostgreSQL)", 0, 0,
     "", "IMAGEGEN_SPOOL"},
    {"--threads", "threads", Takes::number, "Threads for pixels (default: one per core)", 1, 256, "",
     "IMAGEGEN_THREADS"},
};

const Flag kBudgets[] = {
    {"--budget-job", "budgets.job", Takes::dollars, "Buy nothing that would bring one job above this many US dollars"},
    {"--budget-user", "budgets.user", Takes::dollars,
     "Buy nothing that would bring one user, over all time, above this many US dollars"},
    {"--budget-day", "budgets.day", Takes::dollars,
     "Buy nothing that would bring one UTC day above this many US dollars"},
    {"--budget-total", "budgets.total", Takes::dollars,
     "Buy nothing that would bring all that the ledger holds above this many US dollars"},
};

// Help, man page and completion name what sets the same.
void tell_configuration(CLI::App& command, std::span<const Flag> flags) {
  for (const Flag& flag : flags) tell_other_sources(command.get_option(flag.name), flag.field, flag.environment);
}

std::optional<std::string> environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

}  // namespace

void add_settings(CLI::App& command, Settings& settings) {
  takes_file(command.add_option("--config", settings.config_file, "JSON configuration (docs/configuration.md)"));
  add_flags(command, kSettings, settings.overrides);
  tell_configuration(command, kSettings);
}

void add_budgets(CLI::App& command, Settings& settings) {
  add_flags(command, kBudgets, settings.overrides);
  tell_configuration(command, kBudgets);
}

std::optional<imagegen::EngineOptions> options_of(const Settings& settings) {
  imagegen::EngineOptions options;
  options.defaults_json = R"({"store": "file:out", "state": "sqlite:imagegen.db"})";
  options.environment = environment;
  options.overrides_json = boost::json::serialize(settings.overrides);
  options.on_word = [](const std::string& word) { note(word); };
  if (settings.config_file.empty()) return options;
  auto text = read_json_text(settings.config_file);
  if (!text) return complain(text.error(), kBadInput), std::nullopt;
  options.config_json = std::move(*text);
  return options;
}

}  // namespace cli
