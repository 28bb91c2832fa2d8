#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <imagegen/core/shown_text.hpp>
#include <imagegen/runtime/doctor.hpp>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <memory>

#include "commands.hpp"
#include "exit_code.hpp"
#include "settings.hpp"

namespace cli {
namespace {

using imagegen::Finding;

struct DoctorOptions {
  Settings settings;
  bool json = false;
};

const char* word(Finding::Verdict verdict) {
  switch (verdict) {
    case Finding::Verdict::good:
      return "ok";
    case Finding::Verdict::warning:
      return "warning";
    case Finding::Verdict::broken:
      return "BROKEN";
  }
  return "?";
}

void print_json(const std::vector<Finding>& findings, bool healthy) {
  boost::json::array list;
  for (const auto& finding : findings) {
    list.push_back({{"subject", finding.subject}, {"verdict", word(finding.verdict)}, {"text", finding.text}});
  }
  std::cout << boost::json::serialize(boost::json::object{{"ok", healthy}, {"findings", std::move(list)}}) << "\n";
}

int doctor(const DoctorOptions& options) {
  const auto config = resolve(options.settings);
  if (!config) return kBadInput;
  const auto findings = examine(*config);
  const bool healthy = std::none_of(findings.begin(), findings.end(),
                                    [](const Finding& f) { return f.verdict == Finding::Verdict::broken; });
  if (options.json) {
    print_json(findings, healthy);
  } else {
    for (const auto& finding : findings) {
      std::cout << std::left << std::setw(9) << word(finding.verdict) << std::setw(15) << finding.subject
                << imagegen::shown(finding.text) << "\n";
    }
  }
  return healthy ? kOk : kFailed;
}

}  // namespace

void add_doctor_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<DoctorOptions>();
  auto* command = app.add_subcommand("doctor", "Say what is configured, what can be reached, and what is missing");
  add_settings(*command, options->settings);
  command->add_flag("--json", options->json, "Print the findings as JSON");
  command->footer(kExitCodeHelp);
  command->callback([options, &exit_code] { exit_code = doctor(*options); });
}

}  // namespace cli
