#include <imagegen/maker/job/job_changes.hpp>

#include "engine/job_fields.hpp"
#include "engine/operation_table.hpp"
#include "spend/purchase_fields.hpp"

// What somebody needs who has to find out what became of a picture, or of the money.
namespace imagegen {

template <>
struct json::Words<LedgerGrouping> : json::WordsOf<LedgerGrouping, LedgerGrouping::user, LedgerGrouping::day,
                                                   LedgerGrouping::model, LedgerGrouping::provider> {};

static const json::Fields<LedgerGroup>& fields_of(const LedgerGroup*) {
  using G = LedgerGroup;
  static const auto& all = *new json::Fields<G>([] {
    json::Fields<G> fields("SpendGroup", {json::field("key", &G::key, "\"2026-11-21\" of a day")});
    return fields.with(&G::sum, json::fields_of_type<LedgerSum>());
  }());
  return all;
}

namespace audit_operation {
namespace {

using json::computed;
using json::field;

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

struct Audit {
  std::string job_id;
  std::optional<std::string> fault;
  std::vector<JobEvent> events;
  std::vector<Purchase> purchases;
};

const json::Fields<Audit>& fields_of(const Audit*) {
  using A = Audit;
  static const auto& all = *new json::Fields<A>(
      "JobAudit", {field("jobId", &A::job_id),
                   computed<A>(
                       "intact", [](const A& audit) { return !audit.fault; }, "nobody has changed the record since"),
                   field("fault", &A::fault), field("events", &A::events), field("purchases", &A::purchases)});
  return all;
}

Result<Audit> audit_of(const State& state, const JobAddress& address) {
  const auto job = find_job(*state.jobs, address);
  if (!job) return job.error();
  auto events = state.jobs->events(address.id);
  if (!events) return events.error();
  LedgerQuery query;
  query.job_id = address.id;
  auto purchases = all_purchases(*state.ledger, query);
  if (!purchases) return purchases.error();
  Audit audit{address.id, std::nullopt, std::move(*events), std::move(*purchases)};
  const auto verified = verify_events(*job, audit.events);
  if (!verified) audit.fault = verified.error().message;
  return audit;
}

Task<Answer<Audit>> audit(OperationContext& context, JobAddress address) {
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto work = [&] { return audit_of(**state, address); };
  auto made = co_await runtime_of(context).pool().run(work);
  if (!made) co_return to_failure(made.error());
  Answered<Audit> answer{std::move(*made)};
  co_return answer;
}

struct Exported {
  LedgerSum sum;
};

const json::Fields<Exported>& fields_of(const Exported*) {
  static const auto& all = *new json::Fields<Exported>("LedgerExport", {field("sum", &Exported::sum)});
  return all;
}

json::Fields<LedgerQuery> export_fields() {
  return {"",
          {field("jobId", &LedgerQuery::job_id, "only of this job"),
           field("user", &LedgerQuery::user, "only of this user")}};
}

Task<Answer<Exported>> export_ledger(OperationContext& context, LedgerQuery query) {
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto work = [&]() -> Result<Answered<Exported>> {
    const auto purchases = all_purchases(*(*state)->ledger, query);
    if (!purchases) return purchases.error();
    Answered<Exported> answer{{sum_up(*purchases)}};
    answer.bytes.emplace_back(to_bytes(to_csv(*purchases)));
    return answer;
  };
  auto answer = co_await runtime_of(context).pool().run(work);
  if (!answer) co_return to_failure(answer.error());
  co_return std::move(*answer);
}

struct SumsRequest {
  LedgerGrouping by = LedgerGrouping::model;
  LedgerQuery query;
};

json::Fields<SumsRequest> sums_request_fields() {
  json::Fields<SumsRequest> fields("", {field("by", &SumsRequest::by, "what each sum is of")});
  return fields.with(&SumsRequest::query, export_fields());
}

struct Sums {
  std::vector<LedgerGroup> groups;
  LedgerSum sum;
};

json::Fields<Sums> sums_fields() {
  return {"SpendSums", {field("groups", &Sums::groups, "by key"), field("sum", &Sums::sum, "of all of them")}};
}

Task<Answer<Sums>> sums(OperationContext& context, SumsRequest wanted) {
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto work = [&]() -> Result<Answered<Sums>> {
    const auto purchases = all_purchases(*(*state)->ledger, wanted.query);
    if (!purchases) return purchases.error();
    return Answered<Sums>{{sum_up_by(*purchases, wanted.by), sum_up(*purchases)}};
  };
  auto answer = co_await runtime_of(context).pool().run(work);
  if (!answer) co_return to_failure(answer.error());
  co_return std::move(*answer);
}

std::vector<Operation> all_operations() {
  return {
      operation(
          {.name = "jobs.audit",
           .summary = "Tells what happened to a job and what was bought for it, and whether the record was changed "
                      "since.",
           .subject = "id"},
          job_address_fields("id"), json::fields_of_type<Audit>(), audit),
      operation({.name = "spend.export",
                 .summary = "Gives the whole ledger as a table, and what it adds up to.",
                 .bytes_out = "the table (CSV)",
                 .files = {{"csv", true}}},
                export_fields(), json::fields_of_type<Exported>(), export_ledger),
      operation({.name = "spend.sums",
                 .summary = "Adds up what was bought, by user, day (UTC), model or provider.",
                 .subject = "by"},
                sums_request_fields(), sums_fields(), sums),
  };
}

}  // namespace
}  // namespace audit_operation

std::span<const Operation> audit_operations() {
  static const auto& all = *new std::vector<Operation>(audit_operation::all_operations());
  return all;
}

}  // namespace imagegen
