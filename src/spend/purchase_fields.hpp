#pragma once
#include <imagegen/spend/ledger_export.hpp>

#include "json/fields.hpp"

// Purchases as documents.
namespace imagegen {

template <>
struct json::Words<PurchaseState>
    : json::WordsOf<PurchaseState, PurchaseState::intended, PurchaseState::submitted, PurchaseState::settled,
                    PurchaseState::released, PurchaseState::outcome_unknown> {};

template <>
struct json::Words<CostSource>
    : json::WordsOf<CostSource, CostSource::none, CostSource::estimate, CostSource::usage, CostSource::provider> {};

const json::Fields<PurchaseReason>& fields_of(const PurchaseReason*);
const json::Fields<PurchasePlace>& fields_of(const PurchasePlace*);
const json::Fields<Purchase>& fields_of(const Purchase*);
const json::Fields<LedgerSum>& fields_of(const LedgerSum*);

}  // namespace imagegen
