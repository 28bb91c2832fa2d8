#include <imagegen/core/shown_text.hpp>
#include <imagegen/maker/spend/ledger_rules.hpp>
#include <imagegen/spend/ledger_export.hpp>

#include <map>

#include "json/write.hpp"
#include "spend/purchase_fields.hpp"

namespace imagegen {
namespace {

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

}  // namespace

std::string_view to_string(LedgerGrouping grouping) noexcept {
  constexpr std::string_view kWords[] = {"user", "day", "model", "provider"};
  return kWords[static_cast<std::size_t>(grouping)];
}

static std::string key_of(const Purchase& purchase, LedgerGrouping grouping) {
  constexpr std::size_t kDay = 10;  // "2026-11-21"
  switch (grouping) {
    case LedgerGrouping::user:
      return purchase.user;
    case LedgerGrouping::day:
      return to_rfc3339(purchase.created).substr(0, kDay);
    case LedgerGrouping::model:
      return purchase.model;
    case LedgerGrouping::provider:
      return purchase.provider;
  }
  return {};
}

std::vector<LedgerGroup> sum_up_by(std::span<const Purchase> purchases, LedgerGrouping grouping) {
  std::map<std::string, std::vector<Purchase>> of_key;
  for (const Purchase& purchase : purchases) of_key[key_of(purchase, grouping)].push_back(purchase);
  std::vector<LedgerGroup> groups;
  for (const auto& [key, theirs] : of_key) groups.push_back({key, sum_up(theirs)});
  return groups;
}

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
  return json::write(fields_of(&purchase).write(purchase));
}

std::string to_json(std::span<const Purchase> purchases) {
  const LedgerSum sum = sum_up(purchases);
  return json::write(boost::json::object{
      {"purchases", json::Value<std::vector<Purchase>>::write({purchases.begin(), purchases.end()})},
      {"sum", fields_of(&sum).write(sum)}});
}

}  // namespace imagegen
