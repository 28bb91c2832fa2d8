#include "workflow/purchase_errors.hpp"

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

Error nothing_asked(Error error) {
  error.delivery = Delivery::not_sent, error.billing = Billing::no;
  return error;
}

std::string note_of(const Error& error) {
  return error.where_to_look.empty() ? error.message : error.message + "; where it was: " + error.where_to_look;
}

Error outcome_unknown(const Purchase& purchase) {
  Error error(Errc::outcome_unknown,
              "purchase " + purchase.id + ": " + purchase.provider + " may have been asked and may have been paid" +
                  (purchase.note.empty() ? std::string() : " (" + purchase.note + ")") +
                  "; it is not bought again unless that is allowed (buyAgainWhenUnknown; heroes: --buy-unknown), or "
                  "until its outcome is told: imagegen spend settle " + purchase.id +
                  " --released, --actual USD or --buy-again");
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
