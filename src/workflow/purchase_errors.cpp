#include "workflow/purchase_errors.hpp"

#include <imagegen/core/utf8.hpp>

#include <algorithm>
#include <string_view>

namespace imagegen {

Error as_booked(Error error, PurchaseState state) {
  if (state == PurchaseState::released) {
    error.delivery = Delivery::not_sent, error.billing = Billing::no;
    return error;
  }
  if (error.delivery == Delivery::not_sent) error.delivery = Delivery::unknown;
  if (error.billing == Billing::by_delivery || error.billing == Billing::no) error.billing = Billing::maybe;
  const bool goes_on = state == PurchaseState::submitted || state == PurchaseState::intended;
  if (!goes_on) error.retry = Retry::never, error.retry_after.reset();
  return error;
}

bool goes_on(const Error& error) {
  return error.retry != Retry::never || error.code == Errc::unavailable || error.code == Errc::rate_limited ||
         error.code == Errc::deadline_exceeded || error.code == Errc::cancelled;
}

Error nothing_owed_to_the_unpaid(const ImageProvider* asked, Error error) {
  if (asked != nullptr && !asked->capability().paid) error.billing = Billing::no;
  return error;
}

Error billed_by_data(const PriceTable& prices, const std::string& host, const std::string& model, Error error) {
  if (error.code != Errc::content_refused) return error;
  const auto at_once = prices.billed_on_failure(host, model, FailedCall::prompt_refused);
  const auto when_drawn = prices.billed_on_failure(host, model, FailedCall::result_refused);
  if (at_once == when_drawn && at_once != Billing::maybe) error.billing = at_once;
  return error;
}

Error nothing_asked(Error error) {
  error.delivery = Delivery::not_sent, error.billing = Billing::no;
  return error;
}

namespace {

constexpr std::string_view kPlace = "; where it was: ";
constexpr std::string_view kTheirs = "; what the provider said: ";
constexpr std::size_t kMostTheirs = 500;  // bytes

std::string in_one_line(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7F'; }, ' ');
  return text;
}

// What may be said in a message, which may be logged.
std::string_view without_theirs(std::string_view note) {
  return note.substr(0, std::min(note.find(kPlace), note.find(kTheirs)));
}

}  // namespace

std::string note_of(const Error& error) {
  std::string note = error.message;
  if (!error.where_to_look.empty()) note.append(kPlace).append(error.where_to_look);
  const auto theirs = cut_utf8(error.provider_text, kMostTheirs);
  if (!theirs.empty() && billing_of(error) != Billing::no)
    note.append(kTheirs).append(in_one_line(std::string(theirs)));
  return note;
}

Error paid_and_open(const Error& why) {
  auto error = as_booked(why, PurchaseState::submitted);
  error.delivery = Delivery::answered;
  error.retry = Retry::later;
  return error;
}

Error paid_and_lost(const Error& why) {
  Error error(Errc::storage_failed, "the picture is paid for, but could not be kept: " + why.message);
  error.delivery = Delivery::answered, error.billing = Billing::yes;
  return error;
}

Error paid_and_not_here(const Purchase& purchase) {
  const std::string_view fewer = purchase.also.empty() ? "" : ", or was not made with the others";
  return {Errc::conflict, "purchase " + purchase.id + ": it is paid for, but its picture is not in this store" + std::string(fewer) +
                              "; give the store that has it, or let it be bought again: imagegen spend settle " +
                              purchase.id + " --buy-again"};
}

Error outcome_unknown(const Purchase& purchase) {
  Error error(Errc::outcome_unknown,
              "purchase " + purchase.id + ": " + purchase.provider + " may have been asked and may have been paid" +
                  (purchase.note.empty() ? std::string() : " (" + std::string(without_theirs(purchase.note)) + ")") +
                  "; it is not bought again unless that is allowed (buyAgainWhenUnknown; heroes: --buy-unknown), or "
                  "until its outcome is told: imagegen spend settle " +
                  purchase.id + " --released, --actual USD or --buy-again");
  error.delivery = Delivery::unknown, error.billing = Billing::maybe;
  return error;
}

Error bought_by_another(const Purchase& purchase) {
  Error error(Errc::already_exists, "purchase " + purchase.id + " of job " + purchase.job_id +
                                        " buys this picture; it was waited for until the time was up");
  error.retry = Retry::later;
  return error;
}

}  // namespace imagegen
