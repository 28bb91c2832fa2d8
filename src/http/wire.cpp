#include "http/wire.hpp"

#include <algorithm>

namespace imagegen {

Task<boost::system::error_code> write_all(Connection& connection, ByteView first, ByteView second, TimePoint limit,
                                          std::size_t& written) {
  while (!first.empty() || !second.empty()) {
    const auto outcome = co_await connection.write_some(first, second, limit);
    written += outcome.bytes;
    if (outcome.error) co_return outcome.error;
    const auto of_first = std::min(outcome.bytes, first.size());
    first = first.subspan(of_first);
    second = second.subspan(outcome.bytes - of_first);
  }
  co_return boost::system::error_code();
}

}  // namespace imagegen
