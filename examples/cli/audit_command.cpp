#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

#include "call.hpp"
#include "commands.hpp"
#include "document_report.hpp"
#include "money.hpp"

namespace cli {
namespace {

namespace js = boost::json;

const Flag kAudit[] = {{"JOB", "id"}};

void print_event(const js::object& event) {
  std::cout << moment_of(text_of(event, "time")) << "  " << text_of(event, "event") << "\n";
  if (const auto& detail = event.at("detail"); !detail.is_null()) {
    std::vector<NamedValue> values;
    for (auto& [name, text] : members_of("", detail)) values.emplace_back(name.substr(name.empty() ? 0 : 1), text);
    print_named(values);
  }
}

// With every reason, for whoever has to find out what became of a picture that was paid for.
void print_reasons(const js::object& purchase) {
  std::cout << "purchase " << text_of(purchase, "id") << "  " << text_of(purchase, "state");
  const auto actual = money_of(purchase, "actualUsd"), estimate = money_of(purchase, "estimateUsd");
  if (!(actual + estimate).empty())
    std::cout << "  " << (actual.empty() ? estimate : actual) << (actual.empty() ? " (estimate)" : "");
  std::cout << "\n";
  for (const auto& reason : list_of(purchase, "history"))
    std::cout << "  " << moment_of(text_of(reason, "time")) << "  " << text_of(reason, "state") << ": "
              << text_of(reason, "note") << "\n";
}

void print_audit(const js::object& audit) {
  const auto events = list_of(audit, "events");
  for (const auto& event : events) print_event(event);
  for (const auto& purchase : list_of(audit, "purchases")) print_reasons(purchase);
  if (is(audit, "intact")) std::cout << events.size() << " events, an unbroken chain\n";
}

int audit(const Command& command) {
  const auto engine = open_to_read(command.settings);
  if (!engine) return kBadInput;
  const auto answer = call(*engine, "jobs.audit", command.request);
  const int exit_code = show(answer, command.json, command.flags, print_audit);
  if (!answer.ok || is(answer.document, "intact")) return exit_code;
  return complain_beside(answer.document.at("fault").as_string(), kFailed);
}

}  // namespace

void add_audit_command(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<Command>();
  auto* what = app.add_subcommand("audit", "What happened to a job, and whether the record was changed since");
  add_options(*what, *command, described_flags("jobs.audit", kAudit));
  what->callback([command, &exit_code] { exit_code = audit(*command); });
}

}  // namespace cli
