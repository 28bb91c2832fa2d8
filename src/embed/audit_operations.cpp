#include <imagegen/job/job_changes.hpp>
#include <imagegen/spend/ledger_export.hpp>

#include <boost/json/parse.hpp>

#include "embed/job_json.hpp"
#include "embed/operation_table.hpp"

// What somebody needs who has to find out what became of a picture, or of the money.
namespace imagegen {
namespace audit_operation {
namespace {

namespace js = boost::json;

Result<std::vector<Purchase>> all_purchases(Ledger& ledger, LedgerQuery query) {
  query.limit = 10'000;
  std::vector<Purchase> purchases;
  do {
    auto page = ledger.list(query);
    if (!page) return page.error();
    std::move(page->purchases.begin(), page->purchases.end(), std::back_inserter(purchases));
    query.after = page->next;
  } while (!query.after.empty());
  return purchases;
}

Result<js::object> audit_of(const State& state, const JobAddress& address) {
  const auto job = find_job(*state.jobs, address);
  if (!job) return job.error();
  const auto events = state.jobs->events(address.id);
  if (!events) return events.error();
  LedgerQuery query;
  query.job_id = address.id;
  const auto purchases = all_purchases(*state.ledger, query);
  if (!purchases) return purchases.error();
  js::array happened, bought;
  for (const auto& event : *events) happened.push_back(event_json(event));
  for (const auto& purchase : *purchases) bought.push_back(js::parse(to_json(purchase)));
  const auto verified = verify_events(*job, *events);
  js::object audit{{"jobId", address.id}, {"intact", verified.has_value()}};
  if (!verified) audit["fault"] = verified.error().message;
  audit["events"] = std::move(happened);
  audit["purchases"] = std::move(bought);
  return audit;
}

Task<OperationOutcome> audit(OperationContext& context, js::object request) {
  const auto read = read_job_address(request, "id");
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto work = [&] { return audit_of(**state, std::get<JobAddress>(read)); };
  const auto made = co_await runtime_of(context).pool().run(work);
  if (!made) co_return to_failure(made.error());
  co_return answer(*made);
}

Task<OperationOutcome> export_ledger(OperationContext& context, js::object request) {
  const auto query = read_request(request, [](json::ObjectReader& root) {
    LedgerQuery query;
    query.job_id = optional_text(root, "jobId");
    query.user = optional_text(root, "user");
    return query;
  });
  if (const auto* faults = faults_of(query)) co_return to_failure(*faults);
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto work = [&] { return all_purchases(*(*state)->ledger, std::get<LedgerQuery>(query)); };
  const auto purchases = co_await runtime_of(context).pool().run(work);
  if (!purchases) co_return to_failure(purchases.error());
  js::object result{{"sum", js::parse(to_json(std::span(*purchases))).at("sum")}};
  std::vector<SharedBytes> files;
  files.emplace_back(to_bytes(to_csv(*purchases)));
  co_return answer(result, std::move(files));
}

constexpr Operation kOperations[] = {
    {{"jobs.audit", "Tells what happened to a job and what was bought for it, and whether the record was changed since.",
      R"({"type": "object", "additionalProperties": false, "required": ["id"],
          "properties": {"id": {"type": "string", "minLength": 1},
            "owner": {"type": "string", "description": "in whose name; the jobs of others are not found then"}}})",
      R"({"type": "object", "required": ["jobId", "intact", "events", "purchases"],
          "properties": {"jobId": {"type": "string"}, "intact": {"type": "boolean"}, "fault": {"type": "string"},
            "events": {"type": "array"}, "purchases": {"type": "array"}}})"},
     audit},
    {{"spend.export", "Gives the whole ledger as a table, and what it adds up to.",
      R"({"type": "object", "additionalProperties": false,
          "properties": {"jobId": {"type": "string"}, "user": {"type": "string"}}})",
      R"({"type": "object", "required": ["sum"], "properties": {"sum": {"type": "object"}}})", "", "the table (CSV)"},
     export_ledger},
};

}  // namespace
}  // namespace audit_operation

std::span<const Operation> audit_operations() {
  return audit_operation::kOperations;
}

}  // namespace imagegen
