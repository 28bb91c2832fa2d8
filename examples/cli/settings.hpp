#pragma once
#include <imagegen/runtime/runtime_config.hpp>

#include <optional>
#include <string>

namespace CLI {
class App;
class Option;
}

namespace cli {

// The options that several commands share. An option goes before the environment, which goes before the --config file.
struct Settings {
  std::string config_file;
  std::string provider, model, quality, store, state, state_ledger, events, spool;
  std::string enhancer, enhancer_model;
  imagegen::Budgets budgets;
  std::size_t threads = 0;
};

void add_settings(CLI::App& command, Settings& settings);
// For commands that buy.
void add_budgets(CLI::App& command, Settings& settings);
// An option of an amount in US dollars.
CLI::Option* add_dollars(CLI::App& command, const std::string& name, std::optional<imagegen::Usd>& out,
                         const std::string& what);

// The configuration they come to, or nothing after having said what is wrong.
std::optional<imagegen::RuntimeConfig> resolve(const Settings& settings);

}  // namespace cli
