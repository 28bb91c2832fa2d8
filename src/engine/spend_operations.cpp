#include <imagegen/runtime/settle_purchase.hpp>
#include <imagegen/spend/ledger_export.hpp>

#include "engine/operation_table.hpp"
#include "spend/purchase_fields.hpp"

namespace imagegen {

template <>
struct json::Words<PurchaseVerdict::Outcome> {
  using Outcome = PurchaseVerdict::Outcome;
  static std::vector<std::string_view> all() { return {"released", "settled", "buyAgain"}; }
  static std::string_view of(Outcome outcome) { return all().at(static_cast<std::size_t>(outcome)); }
  static std::optional<Outcome> parse(std::string_view word) { return parse_purchase_outcome(word); }
};

namespace spend_operation {
namespace {

using json::field;
using json::mapped;

constexpr std::int64_t kLatestMs = 253'402'300'799'999;  // the end of the year 9999

// Milliseconds in the document, a time in the query.
json::Field<LedgerQuery> moment(std::string_view name, std::optional<Timestamp> LedgerQuery::*member,
                                std::string_view about) {
  const auto get = [member](const LedgerQuery& query) {
    return query.*member ? std::optional(to_unix_ms(*(query.*member))) : std::nullopt;
  };
  const auto set = [member](LedgerQuery& query, std::optional<std::int64_t> ms) { query.*member = from_unix_ms(*ms); };
  return mapped<LedgerQuery, std::optional<std::int64_t>>(name, get, set, about).range(0, kLatestMs);
}

json::Fields<LedgerQuery> query_fields() {
  using Q = LedgerQuery;
  return {
      "",
      {field("jobId", &Q::job_id, "only of this job"), field("user", &Q::user, "only of this user"),
       moment("from", &Q::from, "ms since 1970, included"), moment("until", &Q::until, "ms since 1970, not included"),
       field("after", &Q::after, "next of the page before, to go on there"),
       field("limit", &Q::limit, "how many").range(1, 10'000)}};
}

json::Fields<LedgerPage> page_fields() {
  return {"PurchasePage",
          {field("purchases", &LedgerPage::purchases),
           json::computed<LedgerPage>(
               "sum", [](const LedgerPage& page) { return sum_up(page.purchases); }, "of the page"),
           field("next", &LedgerPage::next, "empty: the last page")}};
}

Task<Answer<LedgerPage>> list(OperationContext& context, LedgerQuery query) {
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto work = [&] { return (*state)->ledger->list(query); };
  auto page = co_await runtime_of(context).pool().run(work);
  if (!page) co_return to_failure(page.error());
  Answered<LedgerPage> answer{std::move(*page)};
  co_return answer;
}

struct UsedRequest {
  std::string scope = "total";
};

const json::Fields<UsedRequest>& fields_of(const UsedRequest*) {
  static const auto& all = *new json::Fields<UsedRequest>(
      "", {field("scope", &UsedRequest::scope, "`total`, `day:2026-11-21`, `user:ID` or `job:ID`").not_blank()});
  return all;
}

json::Fields<BudgetUse> use_fields() {
  return {"", {field("used", &BudgetUse::used, "US dollars"), json::constant<BudgetUse>("currency", "USD")}};
}

Task<Answer<BudgetUse>> used(OperationContext& context, UsedRequest wanted) {
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto work = [&] { return (*state)->ledger->used(wanted.scope); };
  const auto use = co_await runtime_of(context).pool().run(work);
  if (!use) co_return to_failure(use.error());
  co_return Answered<BudgetUse>{*use};
}

struct SettleRequest {
  std::string purchase;
  PurchaseVerdict::Outcome outcome = PurchaseVerdict::Outcome::released;
  std::optional<Usd> actual;
  std::string note;
};

void check_settle(const SettleRequest& request, const json::Place& place) {
  const bool is_settled = request.outcome == PurchaseVerdict::Outcome::settled;
  const auto actual = place.field("actualUsd");
  if (is_settled && !request.actual) actual.fault("expected what it did cost, got nothing");
  if (!is_settled && request.actual)
    actual.fault("expected it for outcome settled only, got it for " +
                 std::string(json::Words<PurchaseVerdict::Outcome>::of(request.outcome)));
}

json::Fields<SettleRequest> settle_fields() {
  using Q = SettleRequest;
  json::Fields<Q> fields("",
                         {field("purchase", &Q::purchase, "its id").required(), field("outcome", &Q::outcome).needed(),
                          field("actualUsd", &Q::actual, "what it did cost, with settled"),
                          field("note", &Q::note, "why, for whoever looks at the ledger later").at_most_bytes(1000)});
  return fields.checked(check_settle);
}

struct OnePurchase {
  Purchase purchase;
};

const json::Fields<OnePurchase>& fields_of(const OnePurchase*) {
  static const auto& all =
      *new json::Fields<OnePurchase>("", {field("purchase", &OnePurchase::purchase, "as it then is")});
  return all;
}

Task<Answer<OnePurchase>> settle(OperationContext& context, SettleRequest wanted) {
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  PurchaseVerdict verdict;
  verdict.outcome = wanted.outcome;
  verdict.actual = wanted.actual.value_or(Usd{});
  verdict.note = std::move(wanted.note);
  const auto now = to_timestamp(runtime_of(context).clock().wall_now());
  auto work = [&] { return settle_purchase(**state, wanted.purchase, verdict, now); };
  auto settled = co_await runtime_of(context).pool().run(work);
  if (!settled) co_return to_failure(settled.error());
  Answered<OnePurchase> answer{{std::move(*settled)}};
  co_return answer;
}

json::Fields<SpoolQuery> spool_query_fields() {
  return {"",
          {field("after", &SpoolQuery::after, "next of the page before, to go on there"),
           field("limit", &SpoolQuery::limit, "how many").range(1, 1000)}};
}

struct Spooled {
  std::string spool;
  SpoolPage page;
};

}  // namespace
}  // namespace spend_operation

static const json::Fields<SpoolEntry>& fields_of(const SpoolEntry*) {
  using json::field;
  static const auto& all = *new json::Fields<SpoolEntry>(
      "SpooledPicture", {field("purchase", &SpoolEntry::purchase_id),
                         json::computed<SpoolEntry>(
                             "key", [](const SpoolEntry& entry) { return entry.key.str(); }, "where it belongs"),
                         field("contentType", &SpoolEntry::content_type), field("sizeBytes", &SpoolEntry::size_bytes),
                         field("spooled", &SpoolEntry::spooled)});
  return all;
}

namespace spend_operation {
namespace {

json::Fields<Spooled> spooled_fields() {
  return {"SpoolPage",
          {field("spool", &Spooled::spool, "where it is; empty for nowhere"),
           json::computed<Spooled>("pictures", [](const Spooled& spooled) { return spooled.page.pictures; }),
           json::computed<Spooled>("damaged", [](const Spooled& spooled) { return spooled.page.damaged; }),
           json::computed<Spooled>(
               "next", [](const Spooled& spooled) { return spooled.page.next; }, "empty: the last page")}};
}

Task<Answer<Spooled>> spool(OperationContext& context, SpoolQuery query) {
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto* const where = runtime_of(context).spool(**state);
  if (where == nullptr) co_return Answered<Spooled>();
  auto work = [&] { return where->list(query); };
  auto page = co_await runtime_of(context).pool().run(work);
  if (!page) co_return to_failure(page.error());
  Answered<Spooled> answer{{where->description(), std::move(*page)}};
  co_return answer;
}

std::vector<Operation> all_operations() {
  return {
      operation({.name = "spend.list", .summary = "Lists what was bought, oldest first, with the sum of the page."},
                query_fields(), page_fields(), list),
      operation({.name = "spend.used",
                 .summary = "Tells what counts against a budget, in US dollars.",
                 .subject = "scope",
                 .gives = "used"},
                json::fields_of_type<UsedRequest>(), use_fields(), used),
      operation(
          {.name = "spend.settle",
           .summary = "Says how a purchase ended whose outcome nobody knows: nothing is owed (`released`), it did "
                      "cost `actualUsd` (`settled`), or it may be bought again while its estimate stays held "
                      "(`buyAgain`).",
           .gives = "purchase"},
          settle_fields(), json::fields_of_type<OnePurchase>(), settle),
      operation({.name = "spend.spool", .summary = "Lists paid pictures that no store has taken yet, oldest first."},
                spool_query_fields(), spooled_fields(), spool),
  };
}

}  // namespace
}  // namespace spend_operation

std::span<const Operation> spend_operations() {
  static const auto& all = *new std::vector<Operation>(spend_operation::all_operations());
  return all;
}

}  // namespace imagegen
