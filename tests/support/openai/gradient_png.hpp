#pragma once
#include <string>

namespace imagegen::test {

/// A real 8-bit RGB PNG file: red grows to the right, green downwards, blue is `seed` modulo 256. Written with zlib
/// alone, so that no codec under test has a hand in it.
std::string gradient_png(int width, int height, int seed = 0);

}  // namespace imagegen::test
