#pragma once
#include <cstddef>
#include <cstdint>

namespace imagegen {

/// What a picture from outside may cost. Checked against its header before anything is allocated.
struct ImageLimits {
  std::size_t max_bytes = 64U << 20U;     ///< The file.
  std::int64_t max_pixels = 100'000'000;  ///< Width times height.
  int max_side = 32'767;                  ///< px
  std::size_t max_icc_bytes = 4U << 20U;  ///< A longer profile is ignored.
};

}  // namespace imagegen
