// Bytes that begin like GIF.
#include "fuzz/picture_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return imagegen::fuzz::check_file({data, size}, "gif");
}
