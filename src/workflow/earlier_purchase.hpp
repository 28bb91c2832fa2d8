#pragma once
#include <imagegen/workflow/purchase.hpp>

#include <optional>

// What the ledger knows of the places of an order, before anything is bought for them.
namespace imagegen {

// The purchase that blocks a slot of a job, or its picture.
Result<std::optional<Purchase>> find_blocking(Ledger& ledger, const std::string& job_id, const PurchasePlace& place);

// The purchase that blocks one of the places, or one of their pictures; that of the first place first.
Result<std::optional<Purchase>> find_earlier(const PurchaseServices& services, const PurchaseOrder& order);

// Whether another job is at work on it: it is waited for, and not touched.
bool is_under_way_elsewhere(const PurchaseServices& services, const PurchaseOrder& order, const Purchase& purchase);

}  // namespace imagegen
