#pragma once
#include <imagegen/engine/engine.hpp>

#include <boost/json/object.hpp>

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace cli {

// The options that several commands share: what is said for this one run, in the form of the configuration.
struct Settings {
  std::string config_file;
  boost::json::object overrides;
};

void add_settings(CLI::App& command, Settings& settings);
// For commands that buy.
void add_budgets(CLI::App& command, Settings& settings);

// With what an engine is opened, or nothing after having said what is wrong.
std::optional<imagegen::EngineOptions> options_of(const Settings& settings);

}  // namespace cli
