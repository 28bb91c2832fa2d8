#include <imagegen/core/shown_text.hpp>
#include <imagegen/runtime/settle_purchase.hpp>
#include <imagegen/spend/ledger_export.hpp>

#include <boost/json/parse.hpp>

#include "embed/operation_table.hpp"

namespace imagegen {
namespace spend_operation {
namespace {

namespace js = boost::json;
using json::Need;
using json::ObjectReader;

constexpr std::int64_t kLatestMs = 253'402'300'799'999;  // the end of the year 9999

LedgerQuery read_list(ObjectReader& root) {
  LedgerQuery query;
  query.job_id = optional_text(root, "jobId");
  query.user = optional_text(root, "user");
  if (const auto from = root.integer("from", 0, kLatestMs, Need::optional)) query.from = from_unix_ms(*from);
  if (const auto until = root.integer("until", 0, kLatestMs, Need::optional)) query.until = from_unix_ms(*until);
  query.after = optional_text(root, "after").value_or("");
  query.limit = static_cast<int>(root.integer("limit", 1, 10'000, Need::optional).value_or(query.limit));
  return query;
}

Task<OperationOutcome> list(OperationContext& context, js::object request) {
  const auto query = read_request(request, read_list);
  if (const auto* faults = faults_of(query)) co_return to_failure(*faults);
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto work = [&] { return (*state)->ledger->list(std::get<LedgerQuery>(query)); };
  const auto page = co_await runtime_of(context).pool().run(work);
  if (!page) co_return to_failure(page.error());
  auto result = js::parse(to_json(page->purchases)).as_object();
  result["next"] = page->next;
  co_return answer(result);
}

Task<OperationOutcome> used(OperationContext& context, js::object request) {
  const auto scope = read_request(request, [](ObjectReader& root) { return root.text("scope", Need::required); });
  if (const auto* faults = faults_of(scope)) co_return to_failure(*faults);
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto work = [&] { return (*state)->ledger->used(std::get<std::string>(scope)); };
  const auto use = co_await runtime_of(context).pool().run(work);
  if (!use) co_return to_failure(use.error());
  js::object result{{"used", use->used.dollars()}, {"currency", "USD"}};
  co_return answer(result);
}

struct SettleRequest {
  std::string purchase;
  PurchaseVerdict verdict;
};

SettleRequest read_settle(ObjectReader& root) {
  SettleRequest request;
  request.purchase = root.text("purchase", Need::required);
  const auto word = root.text("outcome", Need::required);
  const auto outcome = parse_purchase_outcome(word);
  const auto actual = root.dollars("actualUsd", Need::optional);
  request.verdict.note = optional_text(root, "note").value_or("");
  if (!outcome) {
    root.fault("outcome", "expected released, settled or buyAgain, got " + in_quotes(word));
    return request;
  }
  request.verdict.outcome = *outcome;
  const bool is_settled = *outcome == PurchaseVerdict::Outcome::settled;
  if (is_settled && !root.has("actualUsd")) root.fault("actualUsd", "expected what it did cost, got nothing");
  if (!is_settled && actual) root.fault("actualUsd", "expected it for outcome settled only, got it for " + word);
  request.verdict.actual = actual.value_or(Usd{});
  return request;
}

Task<OperationOutcome> settle(OperationContext& context, js::object request) {
  const auto read = read_request(request, read_settle);
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  const auto& wanted = std::get<SettleRequest>(read);
  const auto now = to_timestamp(runtime_of(context).clock().wall_now());
  auto work = [&] { return settle_purchase(**state, wanted.purchase, wanted.verdict, now); };
  const auto settled = co_await runtime_of(context).pool().run(work);
  if (!settled) co_return to_failure(settled.error());
  js::object result{{"purchase", js::parse(to_json(*settled))}};
  co_return answer(result);
}

SpoolQuery read_spool(ObjectReader& root) {
  SpoolQuery query;
  query.after = optional_text(root, "after").value_or("");
  query.limit = static_cast<int>(root.integer("limit", 1, 1000, Need::optional).value_or(query.limit));
  return query;
}

js::object spool_json(const std::string& description, const SpoolPage& page) {
  js::array pictures;
  for (const SpoolEntry& entry : page.pictures)
    pictures.push_back({{"purchase", entry.purchase_id},
                        {"key", entry.key.str()},
                        {"contentType", entry.content_type},
                        {"sizeBytes", entry.size_bytes},
                        {"spooled", to_rfc3339(entry.spooled)}});
  return {{"spool", description},
          {"pictures", std::move(pictures)},
          {"damaged", js::array(page.damaged.begin(), page.damaged.end())},
          {"next", page.next}};
}

Task<OperationOutcome> spool(OperationContext& context, js::object request) {
  const auto query = read_request(request, read_spool);
  if (const auto* faults = faults_of(query)) co_return to_failure(*faults);
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto* const where = runtime_of(context).spool(**state);
  if (where == nullptr) co_return answer(spool_json("", {}));
  auto work = [&] { return where->list(std::get<SpoolQuery>(query)); };
  const auto page = co_await runtime_of(context).pool().run(work);
  if (!page) co_return to_failure(page.error());
  const auto result = spool_json(where->description(), *page);
  co_return answer(result);
}

constexpr Operation kOperations[] = {
    {{"spend.list", "Lists what was bought, oldest first, with the sum of the page.",
      R"({"type": "object", "additionalProperties": false,
          "properties": {"jobId": {"type": "string"}, "user": {"type": "string"},
            "from": {"type": "integer", "minimum": 0, "description": "ms since 1970, included"},
            "until": {"type": "integer", "minimum": 0, "description": "ms since 1970, not included"},
            "after": {"type": "string"}, "limit": {"type": "integer", "minimum": 1, "maximum": 10000}}})",
      R"({"type": "object", "required": ["purchases", "sum", "next"],
          "properties": {"purchases": {"type": "array"}, "sum": {"type": "object"}, "next": {"type": "string"}}})"},
     list},
    {{"spend.used", "Tells what counts against a budget.",
      R"({"type": "object", "additionalProperties": false, "required": ["scope"], "properties": {"scope":
          {"type": "string", "description": "total, day:2026-11-21, user:ID or job:ID"}}})",
      R"({"type": "object", "required": ["used", "currency"],
          "properties": {"used": {"type": "number"}, "currency": {"const": "USD"}}})"},
     used},
    {{"spend.settle", "Says how a purchase ended whose outcome nobody knows.",
      R"({"type": "object", "additionalProperties": false, "required": ["purchase", "outcome"],
          "properties": {"purchase": {"type": "string", "minLength": 1, "description": "its id"},
            "outcome": {"enum": ["released", "settled", "buyAgain"]},
            "actualUsd": {"type": "number", "minimum": 0, "maximum": 1000000000, "description": "with settled"},
            "note": {"type": "string", "maxLength": 1000}}})",
      R"({"type": "object", "required": ["purchase"], "properties": {"purchase": {"type": "object"}}})"},
     settle},
    {{"spend.spool", "Lists paid pictures that no store has taken yet, oldest first.",
      R"({"type": "object", "additionalProperties": false, "properties": {"after": {"type": "string"},
          "limit": {"type": "integer", "minimum": 1, "maximum": 1000}}})",
      R"({"type": "object", "required": ["spool", "pictures", "damaged", "next"], "properties": {
          "spool": {"type": "string", "description": "where it is; empty for nowhere"}, "pictures": {"type": "array"},
          "damaged": {"type": "array", "items": {"type": "string"}}, "next": {"type": "string"}}})"},
     spool},
};

}  // namespace
}  // namespace spend_operation

std::span<const Operation> spend_operations() {
  return spend_operation::kOperations;
}

}  // namespace imagegen
