#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <imagegen/job/job_changes.hpp>
#include <imagegen/spend/ledger_export.hpp>

#include <iostream>
#include <memory>

#include "commands.hpp"
#include "open_runtime.hpp"
#include "purchases.hpp"

namespace cli {
namespace {

namespace js = boost::json;

struct AuditOptions {
  Settings settings;
  std::string id;
  bool json = false;
};

js::object to_json(const imagegen::JobEvent& event) {
  boost::system::error_code failed;
  auto detail = js::parse(event.detail, failed);
  return {{"number", event.number},
          {"time", imagegen::to_rfc3339(event.time)},
          {"event", event.name},
          {"detail", failed ? js::value(nullptr) : detail},
          {"hash", event.hash}};
}

void print(const imagegen::JobEvent& event) {
  std::cout << imagegen::to_rfc3339(event.time) << "  " << imagegen::shown(event.name);
  if (!event.detail.empty()) std::cout << "  " << imagegen::shown(event.detail);
  std::cout << "\n";
}

// With every reason, for whoever has to find out what became of a picture that was paid for.
void print_reasons(const imagegen::Purchase& purchase) {
  std::cout << "purchase " << imagegen::shown(purchase.id) << "  " << to_string(purchase.state);
  if (const auto amount = purchase.actual ? purchase.actual : purchase.estimate)
    std::cout << "  " << to_string(*amount) << " USD" << (purchase.actual ? "" : " (estimate)");
  std::cout << "\n";
  for (const auto& reason : purchase.history)
    std::cout << "  " << imagegen::to_rfc3339(reason.time) << "  " << to_string(reason.state) << ": "
              << imagegen::shown(reason.note) << "\n";
}

int show(const AuditOptions& options, const std::vector<imagegen::JobEvent>& events,
         const std::vector<imagegen::Purchase>& purchases, const imagegen::Result<void>& verified) {
  js::array list;
  for (const auto& event : events) options.json ? list.push_back(to_json(event)) : print(event);
  js::array bought;
  for (const auto& purchase : purchases) options.json ? bought.push_back(js::parse(to_json(purchase))) : print_reasons(purchase);
  if (options.json) {
    js::object body{{"jobId", options.id},
                    {"verified", verified.has_value()},
                    {"events", std::move(list)},
                    {"purchases", std::move(bought)}};
    if (!verified) body["fault"] = verified.error().message;
    std::cout << js::serialize(body) << "\n";
  } else if (verified) {
    std::cout << events.size() << " events, an unbroken chain\n";
  }
  return verified ? kOk : complain(verified.error());
}

int audit(const AuditOptions& options) {
  const auto runtime = open_to_read(options.settings);
  if (!runtime) return kBadInput;
  const auto state = runtime->state();
  if (!state) return complain(state.error());
  auto& jobs = *(*state)->jobs;
  const auto job = jobs.find(options.id);
  if (!job) return complain(job.error());
  if (!*job) return complain({imagegen::Errc::not_found, "job " + options.id + ": there is none"});
  const auto events = jobs.events(options.id);
  if (!events) return complain(events.error());
  const auto purchases = all_purchases(*(*state)->ledger, options.id, {});
  if (!purchases) return complain(purchases.error());
  return show(options, *events, *purchases, imagegen::verify_events(**job, *events));
}

}  // namespace

void add_audit_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<AuditOptions>();
  auto* command = app.add_subcommand("audit", "What happened to a job, and whether the record was changed since");
  command->add_option("JOB", options->id, "The job's id")->required();
  command->add_flag("--json", options->json, "Print JSON on stdout and nothing else");
  add_settings(*command, options->settings);
  command->footer(kExitCodeHelp);
  command->callback([options, &exit_code] { exit_code = audit(*options); });
}

}  // namespace cli
