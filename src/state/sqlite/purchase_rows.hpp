#pragma once
#include <imagegen/spend/ledger.hpp>

#include <string>

#include "state/sqlite/connection.hpp"

namespace imagegen::sqlite {

// How a query begins for read_purchase() to read its rows.
inline const std::string kSelectPurchase =
    "SELECT id, job_id, slot, user, attempt, provider, model, request_hash, estimate, images, state, blocks, "
    "remote_id, resume_url, actual, actual_source, note, master_key, history, also, created, updated FROM purchase ";

// The id of the purchase that a row is, or keeps a place for.
inline const std::string kPurchaseOfRow = "coalesce(nullif(part_of, ''), id)";

// The row that the statement has reached.
Purchase read_purchase(Connection& connection, Statement& row);

// A row for the purchase, and one for each further place, so that the unique indexes judge all of its places.
void insert_purchase(Connection& connection, const Purchase& purchase, std::int64_t number);

// Writes what may change of a purchase, all but its intent, and frees its further places with it.
void save_purchase(Connection& connection, const Purchase& purchase);

}  // namespace imagegen::sqlite
