#pragma once
#include <imagegen/core/bitmap.hpp>

#include <string>

namespace imagegen::test {

/// A real 8-bit PNG file of an RGB or RGBA picture. Written with zlib alone, so that no codec under test has a hand in
/// it.
std::string png_of(const Bitmap& picture);

/// One of `width` x `height` px: red grows to the right, green downwards, blue is `seed` modulo 256.
std::string gradient_png(int width, int height, int seed = 0);

}  // namespace imagegen::test
