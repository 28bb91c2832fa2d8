#pragma once
#include "http/connection.hpp"

namespace imagegen {

/// Writes all of `first`, then all of `second`. `written` grows with every byte given to the connection, and is right
/// also when this is left by an exception.
Task<boost::system::error_code> write_all(Connection& connection, ByteView first, ByteView second, TimePoint limit,
                                          std::size_t& written);

}  // namespace imagegen
