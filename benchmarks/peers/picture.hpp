#pragma once
#include <vector>

#include "peers/work.hpp"

namespace peers {

/// RGB in double precision, 0..255, interleaved; nothing is rounded.
struct Picture {
  Size size;
  std::vector<double> samples;
};

/// A file's pixels, straight from the format's own library and not through ours, which is being judged.
struct Decoded {
  Size size;
  int channels = 3;  ///< 3, or 4 with straight alpha.
  Bytes pixels;
};

/// WebP, JPEG, PNG or PPM, told by content. \throws std::runtime_error
Decoded decode_file(const Bytes& file);

/// As it is seen on a grey background.
Picture on_background(const Decoded& picture, double background);

}  // namespace peers
