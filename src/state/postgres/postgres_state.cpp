#include "state/open_database.hpp"

namespace imagegen::state {

Result<State> open_postgres(const StateOptions&, ThreadPool&) {
  return Error(Errc::unsupported, "state: postgres is not there yet");
}

}  // namespace imagegen::state
