#pragma once
#include <imagegen/maker/spend/ledger_rules.hpp>

#include "state/postgres/connection.hpp"

/// \file Purchases as rows.
namespace imagegen::state {

/// The columns that purchase_from() reads, in its order.
#define IMAGEGEN_PURCHASE_COLUMNS                                                                                   \
  "id, job_id, slot, user_id, attempt, provider, model, request_hash, estimate, images, state, blocks, remote_id, " \
  "resume_url, actual, actual_source, note, master_key, history, also, created, updated"

/// The id of the purchase that a row is, or keeps a place for.
#define IMAGEGEN_PURCHASE_OF_ROW "coalesce(nullif(part_of, ''), id)"

/// Errc::corrupt_data for a row that this library did not write.
Result<Purchase> purchase_from(const PgRows& rows, int row);

/// Two parameters, text[] each: the slots and the keys of places.
void add_places(PgParams& params, const std::vector<PurchasePlace>& places);

/// A row for the purchase, and one for each further place, so that the unique indexes judge all of its places.
/// \param number Which purchase of its slot it is.
Result<void> insert_purchase(PgConnection& connection, const Purchase& purchase, int number);
/// Writes what may change of a purchase, and frees its further places with it.
Result<void> save_purchase(PgConnection& connection, const Purchase& purchase);

}  // namespace imagegen::state
