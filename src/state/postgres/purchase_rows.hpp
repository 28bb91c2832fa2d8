#pragma once
#include <imagegen/spend/ledger_rules.hpp>

#include "state/postgres/connection.hpp"

/// \file Purchases as rows.
namespace imagegen::state {

/// The columns that purchase_from() reads, in its order.
#define IMAGEGEN_PURCHASE_COLUMNS                                                                                   \
  "id, job_id, slot, user_id, attempt, provider, model, request_hash, estimate, images, state, blocks, remote_id, " \
  "resume_url, actual, actual_source, note, master_key, history, created, updated"

/// Errc::corrupt_data for a row that this library did not write.
Result<Purchase> purchase_from(const PgRows& rows, int row);

/// \param number Which purchase of its slot it is.
Result<void> insert_purchase(PgConnection& connection, const Purchase& purchase, int number);
/// Writes what may change of a purchase.
Result<void> save_purchase(PgConnection& connection, const Purchase& purchase);

}  // namespace imagegen::state
