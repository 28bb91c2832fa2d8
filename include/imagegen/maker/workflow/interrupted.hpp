#pragma once
#include <imagegen/workflow/work_services.hpp>

namespace imagegen {

/// Brings what interrupted processes have left into its place: pictures of the spool into the store, and purchases
/// whose picture is kept, and whose job nobody is at work on, to their end, with what their answers told. A worker does
/// it when it starts. \param max_bytes Of a picture. \return How many of both; errors of the store, spool and ledger.
Task<Result<int>> take_up_interrupted(WorkServices services, std::size_t max_bytes);

}  // namespace imagegen
