#include <imagegen/core/shown_text.hpp>
#include <imagegen/spend/ledger_export.hpp>
#include <imagegen/spend/ledger_rules.hpp>

#include <boost/json.hpp>

#include "json/write.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

constexpr std::string_view kHeader =
    "id,job,slot,user,attempt,state,provider,model,images,estimate_usd,actual_usd,actual_source,remote_id,request_hash,"
    "created,updated,note\r\n";

std::string dollars(const std::optional<Usd>& amount) {
  return amount ? to_string(*amount) : std::string();
}

std::string csv_field(std::string text) {
  text = shown_lines(text);  // a terminal or a spreadsheet will show it
  const bool formula = !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  if (formula) text.insert(text.begin(), '\'');
  if (text.find_first_of("\",\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

js::value money(const std::optional<Usd>& amount) {
  return amount ? js::value(amount->dollars()) : js::value(nullptr);
}

js::array history_json(const Purchase& purchase) {
  js::array history;
  for (const PurchaseReason& reason : purchase.history)
    history.push_back({{"time", to_rfc3339(reason.time)}, {"state", to_string(reason.state)}, {"note", reason.note}});
  return history;
}

js::array also_json(const Purchase& purchase) {
  js::array also;
  for (const PurchasePlace& place : purchase.also)
    also.push_back({{"slot", place.slot}, {"masterKey", place.master_key}});
  return also;
}

js::object purchase_json(const Purchase& purchase) {
  js::object json{{"id", purchase.id},
                  {"job", purchase.job_id},
                  {"slot", purchase.slot},
                  {"user", purchase.user},
                  {"attempt", purchase.attempt},
                  {"state", to_string(purchase.state)},
                  {"provider", purchase.provider},
                  {"model", purchase.model},
                  {"images", purchase.images},
                  {"estimateUsd", money(purchase.estimate)},
                  {"actualUsd", money(purchase.actual)},
                  {"actualSource", to_string(purchase.actual_source)},
                  {"remoteId", purchase.remote_id},
                  {"requestHash", purchase.request_hash},
                  {"created", to_rfc3339(purchase.created)},
                  {"updated", to_rfc3339(purchase.updated)},
                  {"masterKey", purchase.master_key},
                  {"blocks", purchase.blocks},
                  {"note", purchase.note},
                  {"history", history_json(purchase)}};
  if (!purchase.also.empty()) json["also"] = also_json(purchase);
  return json;
}

}  // namespace

LedgerSum sum_up(std::span<const Purchase> purchases) {
  LedgerSum sum;
  for (const Purchase& purchase : purchases) {
    ++sum.purchases;
    sum.held += held_by(purchase);
    sum.unknown += purchase.state == PurchaseState::outcome_unknown ? 1 : 0;
    if (purchase.state != PurchaseState::settled) continue;
    sum.images += purchase.images;
    sum.settled += held_by(purchase);
    sum.unknown_prices += purchase.actual ? 0 : 1;
  }
  return sum;
}

std::string to_csv(std::span<const Purchase> purchases) {
  std::string csv(kHeader);
  for (const Purchase& purchase : purchases) {
    const std::string fields[] = {purchase.id,
                                  purchase.job_id,
                                  purchase.slot,
                                  purchase.user,
                                  std::to_string(purchase.attempt),
                                  std::string(to_string(purchase.state)),
                                  purchase.provider,
                                  purchase.model,
                                  std::to_string(purchase.images),
                                  dollars(purchase.estimate),
                                  dollars(purchase.actual),
                                  std::string(to_string(purchase.actual_source)),
                                  purchase.remote_id,
                                  purchase.request_hash,
                                  to_rfc3339(purchase.created),
                                  to_rfc3339(purchase.updated),
                                  purchase.note};
    std::string_view separator;
    for (const std::string& field : fields) {
      csv += separator;
      csv += csv_field(field);
      separator = ",";
    }
    csv += "\r\n";
  }
  return csv;
}

std::string to_json(const Purchase& purchase) {
  return json::write(purchase_json(purchase));
}

std::string to_json(std::span<const Purchase> purchases) {
  js::array list;
  for (const Purchase& purchase : purchases) list.push_back(purchase_json(purchase));
  const LedgerSum sum = sum_up(purchases);
  return json::write(js::object{{"purchases", std::move(list)},
                                {"sum",
                                 {{"currency", "USD"},
                                  {"held", sum.held.dollars()},
                                  {"settled", sum.settled.dollars()},
                                  {"purchases", sum.purchases},
                                  {"images", sum.images},
                                  {"unknownOutcomes", sum.unknown},
                                  {"unknownPrices", sum.unknown_prices}}}});
}

}  // namespace imagegen
