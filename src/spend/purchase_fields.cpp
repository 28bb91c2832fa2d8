#include "spend/purchase_fields.hpp"

namespace imagegen {

using json::field;
using json::field_of;

const json::Fields<PurchaseReason>& fields_of(const PurchaseReason*) {
  using R = PurchaseReason;
  static const auto& all = *new json::Fields<R>(
      "PurchaseReason", {field("time", &R::time), field("state", &R::state), field("note", &R::note)});
  return all;
}

const json::Fields<PurchasePlace>& fields_of(const PurchasePlace*) {
  using P = PurchasePlace;
  static const auto& all =
      *new json::Fields<P>("PurchasePlace", {field("slot", &P::slot), field("masterKey", &P::master_key)});
  return all;
}

const json::Fields<Purchase>& fields_of(const Purchase*) {
  using P = Purchase;
  static const auto& all = *new json::Fields<P>(
      "Purchase", {field_of<P>("id", &P::id),
                   field_of<P>("job", &P::job_id),
                   field_of<P>("slot", &P::slot),
                   field_of<P>("user", &P::user),
                   field_of<P>("attempt", &P::attempt, "of the job"),
                   field_of<P>("state", &P::state),
                   field_of<P>("provider", &P::provider),
                   field_of<P>("model", &P::model),
                   field_of<P>("images", &P::images),
                   field_of<P>("estimateUsd", &P::estimate, "null: unknown").or_null(),
                   field_of<P>("actualUsd", &P::actual, "null: unknown").or_null(),
                   field_of<P>("actualSource", &P::actual_source, "where actualUsd is from"),
                   field_of<P>("remoteId", &P::remote_id),
                   field_of<P>("requestHash", &P::request_hash),
                   field_of<P>("created", &P::created),
                   field_of<P>("updated", &P::updated),
                   field_of<P>("masterKey", &P::master_key, "where the picture is kept"),
                   field_of<P>("blocks", &P::blocks, "no further purchase for its places"),
                   field_of<P>("note", &P::note, "why it is as it is; the newest of history"),
                   field_of<P>("history", &P::history, "oldest first"),
                   field_of<P>("also", &P::also, "further slots that it fills").only_if([](const P& purchase) {
                     return !purchase.also.empty();
                   })});
  return all;
}

const json::Fields<LedgerSum>& fields_of(const LedgerSum*) {
  using S = LedgerSum;
  static const auto& all = *new json::Fields<S>(
      "LedgerSum",
      {json::constant<S>("currency", "USD"), field("held", &S::held, "as the budgets count it"),
       field("settled", &S::settled, "actual, or estimated"), field("purchases", &S::purchases, "of any state"),
       field("images", &S::images, "settled"), field("unknownOutcomes", &S::unknown),
       field("unknownPrices", &S::unknown_prices, "settled without a price: in no sum")});
  return all;
}

}  // namespace imagegen
