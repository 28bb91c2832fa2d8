#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/result.hpp>

#include "image/vp8/frame.hpp"

namespace imagegen::detail::vp8 {

/// Puts a finished frame into a file. \return Errc::limit_exceeded for contents too large for the format.
Result<Bytes> write_file(const Frame& frame);

}  // namespace imagegen::detail::vp8
