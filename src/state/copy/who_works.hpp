#pragma once
#include <imagegen/core/result.hpp>

#include "state/copy/side.hpp"

namespace imagegen::state {

/// Errc::conflict, to be tried later, naming those who hold a job or a permit of this state: a worker that lives as far
/// as can be known here, or whose lease has not ended and who is not known to be gone.
Result<void> nobody_works(CopySession& session, const std::string& description);

}  // namespace imagegen::state
