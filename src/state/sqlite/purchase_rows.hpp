#pragma once
#include <imagegen/spend/ledger.hpp>

#include <string>

#include "state/sqlite/connection.hpp"

namespace imagegen::sqlite {

// How a query begins for read_purchase() to read its rows.
inline const std::string kSelectPurchase =
    "SELECT id, job_id, slot, user, attempt, provider, model, request_hash, estimate, images, state, blocks, "
    "remote_id, resume_url, actual, actual_source, note, master_key, history, created, updated FROM purchase ";

// The row that the statement has reached.
Purchase read_purchase(Connection& connection, Statement& row);

void insert_purchase(Connection& connection, const Purchase& purchase, std::int64_t number);

// Writes what may change of a purchase: all but its intent.
void save_purchase(Connection& connection, const Purchase& purchase);

}  // namespace imagegen::sqlite
