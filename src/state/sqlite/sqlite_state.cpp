#include "state/open_database.hpp"

namespace imagegen::state {

Result<State> open_sqlite(const StateOptions&, ThreadPool&) {
  return Error(Errc::unsupported, "state: sqlite is not there yet");
}

}  // namespace imagegen::state
