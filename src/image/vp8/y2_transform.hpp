#pragma once
#include <cstdint>

/// \file The Walsh-Hadamard transform of sixteen first coefficients, RFC 6386, section 14.3.
namespace imagegen::detail::vp8 {

void forward_y2(const std::int16_t* first, std::int16_t* out);

void inverse_y2(const std::int16_t* in, std::int16_t* first);

}  // namespace imagegen::detail::vp8
