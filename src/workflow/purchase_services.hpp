#pragma once
#include <imagegen/workflow/purchase.hpp>

namespace imagegen {

// What a purchase needs of the services of a workflow, which have them under the same names.
template <class WorkflowServices>
PurchaseServices purchase_services(const WorkflowServices& services, Places* places) {
  return {.provider = services.provider,
          .ledger = services.ledger,
          .pool = services.pool,
          .clock = services.clock,
          .prices = services.prices,
          .on_step = services.on_step,
          .permits = services.permits,
          .places = places};
}

}  // namespace imagegen
