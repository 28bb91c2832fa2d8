#pragma once
#include <imagegen/workflow/purchase.hpp>

namespace imagegen {

// buy_image() for who keeps the order in memory himself, where thousands of pictures are waited for. What it borrows must
// outlive the task; waiting for a place moves the deadline of the order.
Task<Result<BoughtImage>> buy_borrowed(PurchaseServices& services, PurchaseOrder& order, KeepImage& keep);

}  // namespace imagegen
