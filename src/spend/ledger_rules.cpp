#include <imagegen/core/shown_text.hpp>
#include <imagegen/core/utf8.hpp>
#include <imagegen/maker/spend/ledger_rules.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <utility>

namespace imagegen {
namespace {

constexpr std::array<std::string_view, 5> kStates = {"intended", "submitted", "settled", "released", "outcome_unknown"};
constexpr std::array<std::string_view, 4> kSources = {"none", "estimate", "usage", "provider"};
constexpr std::size_t kLongestText = 256, kLongestKey = 1024, kLongestNote = 1000, kMostReasons = 32;
constexpr std::size_t kMostPlaces = 64;
constexpr int kMostImages = 1000, kLargestPage = 10'000;

template <class Enum, std::size_t kCount>
std::optional<Enum> parse(const std::array<std::string_view, kCount>& names, std::string_view text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

Error wrong(const std::string& message) {
  return {Errc::invalid_argument, "purchase: " + message};
}

Result<void> check_place(const PurchasePlace& place) {
  if (place.slot.empty()) return wrong("expected a slot, got none");
  if (place.slot.find('/') != std::string::npos)
    return wrong("expected a slot without '/', got " + in_quotes(place.slot));
  if (place.slot.size() > kLongestText)
    return wrong("expected a slot of at most 256 bytes, got " + std::to_string(place.slot.size()));
  if (place.master_key.size() > kLongestKey)
    return wrong("expected a master's key of at most 1024 bytes, got " + std::to_string(place.master_key.size()));
  return {};
}

Result<void> check_places(const PurchaseIntent& intent) {
  if (intent.also.size() >= kMostPlaces)
    return wrong("expected at most 64 slots, got " + std::to_string(intent.also.size() + 1));
  if (intent.images <= static_cast<int>(intent.also.size()))
    return wrong("expected an image for each of " + std::to_string(intent.also.size() + 1) + " slots, got " +
                 std::to_string(intent.images));
  std::set<std::string> slots, keys;
  for (const PurchasePlace& place : places_of(intent)) {
    if (const auto checked = check_place(place); !checked) return checked;
    if (!slots.insert(place.slot).second)
      return wrong("expected each slot once, got " + in_quotes(place.slot) + " twice");
    if (!place.master_key.empty() && !keys.insert(place.master_key).second)
      return wrong("expected a master's key for each slot, got " + in_quotes(place.master_key) + " twice");
  }
  for (const PurchasePlace& place : intent.also) {  // they are kept as JSON
    if (!is_valid_utf8(place.slot) || !is_valid_utf8(place.master_key))
      return wrong("expected further slots and their keys in UTF-8, got other bytes");
  }
  return {};
}

bool has_ended(const Purchase& purchase) {
  return purchase.state == PurchaseState::settled || purchase.state == PurchaseState::released;
}

Error ended(const Purchase& purchase) {
  return {Errc::conflict, "purchase " + purchase.id + ": it is " + std::string(to_string(purchase.state)) + " already"};
}

// Of many, those in the middle tell the least.
void add_reason(Purchase& purchase, std::string note, Timestamp now) {
  note.resize(cut_utf8(note, kLongestNote).size());
  const auto& history = purchase.history;
  const bool is_known = !history.empty() && history.back().state == purchase.state && history.back().note == note;
  if (is_known || (note.empty() && history.empty())) return;
  if (history.size() == kMostReasons) purchase.history.erase(purchase.history.begin() + 1);
  purchase.history.push_back({now, purchase.state, std::move(note)});
}

std::string date_of(Timestamp now) {
  return to_rfc3339(now).substr(0, 10);
}

}  // namespace

std::string_view to_string(PurchaseState state) noexcept {
  return kStates[static_cast<std::size_t>(state)];
}
std::optional<PurchaseState> parse_purchase_state(std::string_view text) {
  return parse<PurchaseState>(kStates, text);
}
std::string_view to_string(CostSource source) noexcept {
  return kSources[static_cast<std::size_t>(source)];
}
std::optional<CostSource> parse_cost_source(std::string_view text) {
  return parse<CostSource>(kSources, text);
}

std::vector<PurchasePlace> places_of(const PurchaseIntent& intent) {
  std::vector<PurchasePlace> places{{intent.slot, intent.master_key}};
  places.insert(places.end(), intent.also.begin(), intent.also.end());
  return places;
}

std::vector<std::string> scopes_of(const PurchaseIntent& intent, Timestamp now) {
  std::vector<std::string> scopes{"day:" + date_of(now), "job:" + intent.job_id, "total"};
  if (!intent.user.empty()) scopes.push_back("user:" + intent.user);
  return scopes;
}

Result<void> check_intent(const PurchaseIntent& intent) {
  if (intent.job_id.empty()) return wrong("expected a job, got none");
  if (intent.job_id.find('/') != std::string::npos)
    return wrong("expected a job without '/', got " + in_quotes(intent.job_id));
  for (const auto* text : {&intent.job_id, &intent.user, &intent.provider, &intent.model}) {
    if (text->size() > kLongestText)
      return wrong("expected texts of at most 256 bytes, got " + std::to_string(text->size()));
  }
  if (intent.estimate && intent.estimate->nanos < 0)
    return wrong("expected an estimate of 0 or more, got " + to_string(*intent.estimate));
  if (intent.images < 1 || intent.images > kMostImages)
    return wrong("expected 1 to 1000 images, got " + std::to_string(intent.images));
  return check_places(intent);
}

Error slot_is_taken(const PurchasePlace& place, std::string_view purchase_id) {
  return {Errc::already_exists,
          "purchase " + std::string(purchase_id) + ": it blocks the slot " + in_quotes(place.slot, kLongestText)};
}

Error key_is_taken(const PurchasePlace& place, std::string_view purchase_id) {
  return {Errc::already_exists,
          "purchase " + std::string(purchase_id) + ": it buys the same picture, " +
              in_quotes(place.master_key, kLongestKey)};
}

std::optional<Usd> limit_of(const Budgets& budgets, std::string_view scope) {
  if (scope == "total") return budgets.total;
  if (scope.starts_with("day:")) return budgets.day;
  return scope.starts_with("job:") ? budgets.job : budgets.user;
}

Result<void> check_limit(std::string_view name, const std::optional<Usd>& limit) {
  if (!limit || (*limit >= Usd{} && *limit <= kMostUsd)) return {};
  return Error{Errc::invalid_argument, std::string(name) + ": " + expected_usd() + ", got " + to_string(*limit)};
}

Result<void> check_user_budget(const Budgets& budgets, std::string_view user) {
  if (!budgets.user || !user.empty()) return {};
  return Error(Errc::budget_exceeded, "budget user of " + to_string(*budgets.user) +
                                          " USD: expected the user whose budget it counts against, got none; name one, "
                                          "or set no budget of users");
}

Result<void> check_budget(const PurchaseIntent& intent, const Budgets& budgets, std::string_view scope, Usd used) {
  if (auto known = check_user_budget(budgets, intent.user); !known) return known;
  const auto limit = limit_of(budgets, scope);
  if (!limit) return {};
  const auto name = "budget " + std::string(scope);
  if (!intent.estimate) {
    if (budgets.allow_unknown_price) return {};
    return Error(Errc::budget_exceeded, name + " of " + to_string(*limit) + " USD: the price of " + intent.provider +
                                            " " + intent.model + " is unknown; give a price or allow unknown prices");
  }
  if (used + *intent.estimate <= *limit) return {};
  const Usd left = std::max(*limit - used, Usd{});
  return Error(Errc::budget_exceeded, name + " of " + to_string(*limit) + " USD: " + to_string(left) +
                                          " USD are left, but " + to_string(*intent.estimate) + " USD are needed");
}

Usd held_by(const Purchase& purchase) noexcept {
  if (purchase.state == PurchaseState::released) return {};
  const Usd estimate = purchase.estimate.value_or(Usd{});
  return purchase.state == PurchaseState::settled ? purchase.actual.value_or(estimate) : estimate;
}

Purchase make_purchase(const PurchaseIntent& intent, int number, Timestamp now) {
  Purchase made;
  static_cast<PurchaseIntent&>(made) = intent;
  made.id = intent.job_id + "/" + intent.slot + "/" + std::to_string(number);
  made.created = made.updated = now;
  return made;
}

Result<Purchase> with_remote_id(Purchase purchase, const std::string& remote_id, const std::string& resume_url,
                                Timestamp now) {
  if (has_ended(purchase)) return ended(purchase);
  purchase.state = PurchaseState::submitted;
  purchase.remote_id = remote_id;
  purchase.resume_url = resume_url;
  purchase.updated = now;
  return purchase;
}

Result<Purchase> settled(Purchase purchase, const Settlement& settlement, Timestamp now) {
  if (settlement.state == PurchaseState::intended || settlement.state == PurchaseState::submitted)
    return wrong("expected settled, released or outcome_unknown, got " + std::string(to_string(settlement.state)));
  if (has_ended(purchase) && purchase.state != settlement.state) return ended(purchase);
  purchase.state = settlement.state;
  // What no longer blocks its slot never blocks it again: another purchase may do so meanwhile.
  purchase.blocks = purchase.blocks && settlement.blocks && settlement.state != PurchaseState::released;
  if (settlement.actual) {
    purchase.actual = settlement.actual;
    purchase.actual_source = settlement.source;
  } else if (settlement.state == PurchaseState::settled && !purchase.actual && purchase.estimate) {
    purchase.actual = purchase.estimate;
    purchase.actual_source = CostSource::estimate;
  }
  purchase.note = settlement.note;
  purchase.updated = now;
  add_reason(purchase, settlement.note, now);
  return purchase;
}

Purchase erased(Purchase purchase, Timestamp now) {
  if (is_erased(purchase)) return purchase;
  purchase.blocks = false;
  // Nobody goes on with it: its job is erased too.
  if (!has_ended(purchase)) purchase.state = PurchaseState::outcome_unknown;
  purchase.resume_url.clear();
  purchase.note = kErasedNote;
  for (PurchaseReason& reason : purchase.history) reason.note = kErasedNote;
  add_reason(purchase, purchase.note, now);
  purchase.updated = now;
  return purchase;
}

bool is_erased(const Purchase& purchase) noexcept {
  return purchase.note == kErasedNote && purchase.resume_url.empty();
}

Result<void> Ledger::erase(const std::string& id, Timestamp) {
  return Error(Errc::unsupported, "purchase " + id + ": this ledger cannot erase; give it Ledger::erase()");
}

std::string history_text(const std::vector<PurchaseReason>& history) {
  if (history.empty()) return {};
  boost::json::array list;
  for (const PurchaseReason& reason : history)
    list.push_back({{"time", to_unix_ms(reason.time)}, {"state", to_string(reason.state)}, {"note", reason.note}});
  return boost::json::serialize(list);
}

std::vector<PurchaseReason> parse_history(std::string_view text) {
  std::vector<PurchaseReason> history;
  boost::system::error_code failed;
  const auto read = boost::json::parse(text, failed);
  const auto* list = !failed ? read.if_array() : nullptr;
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const auto* reason = (*list)[i].if_object();
    const auto* time = reason != nullptr ? reason->if_contains("time") : nullptr;
    const auto* state = reason != nullptr ? reason->if_contains("state") : nullptr;
    const auto* note = reason != nullptr ? reason->if_contains("note") : nullptr;
    if (!time || !time->is_int64() || !state || !state->is_string() || !note || !note->is_string()) continue;
    const auto known = parse_purchase_state(state->get_string());
    if (known) history.push_back({from_unix_ms(time->get_int64()), *known, std::string(note->get_string())});
  }
  return history;
}

std::string also_text(const std::vector<PurchasePlace>& also) {
  if (also.empty()) return {};
  boost::json::array list;
  for (const PurchasePlace& place : also) list.push_back({{"slot", place.slot}, {"masterKey", place.master_key}});
  return boost::json::serialize(list);
}

std::optional<std::vector<PurchasePlace>> parse_also(std::string_view text) {
  std::vector<PurchasePlace> also;
  if (text.empty()) return also;
  boost::system::error_code failed;
  const auto read = boost::json::parse(text, failed);
  const auto* list = !failed ? read.if_array() : nullptr;
  if (list == nullptr) return std::nullopt;
  for (const boost::json::value& item : *list) {
    const auto* place = item.if_object();
    const auto* slot = place != nullptr ? place->if_contains("slot") : nullptr;
    const auto* key = place != nullptr ? place->if_contains("masterKey") : nullptr;
    if (!slot || !slot->is_string() || !key || !key->is_string()) return std::nullopt;
    also.push_back({std::string(slot->get_string()), std::string(key->get_string())});
  }
  return also;
}

std::string to_cursor(const Purchase& purchase) {
  return std::to_string(to_unix_ms(purchase.created)) + "-" + purchase.id;
}

Result<std::optional<LedgerCursor>> parse_ledger_cursor(std::string_view text) {
  if (text.empty()) return std::optional<LedgerCursor>();
  const auto dash = text.find('-', 1);
  std::int64_t created = 0;
  const auto* end = dash == std::string_view::npos ? text.data() : text.data() + dash;
  const auto read = std::from_chars(text.data(), end, created);
  if (dash == std::string_view::npos || read.ec != std::errc() || read.ptr != end)
    return Error(Errc::invalid_argument, "after: expected the next of an earlier page");
  return std::optional(LedgerCursor{from_unix_ms(created), std::string(text.substr(dash + 1))});
}

Result<void> check_query(const LedgerQuery& query) {
  if (query.limit >= 1 && query.limit <= kLargestPage) return {};
  return Error(Errc::invalid_argument, "limit: expected 1 to 10000, got " + std::to_string(query.limit));
}

}  // namespace imagegen
