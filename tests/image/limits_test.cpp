#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>

#include <sys/resource.h>

#include "image/support/pictures.hpp"
#include "image/support/png_builder.hpp"
#include "image/support/webp_builder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsSaying;
using test::FailsWith;
using testing::HasSubstr;

long peak_memory_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// Refused, and without the memory that the header asks for.
void expect_refused_cheaply(const Bytes& bomb) {
  const long before = peak_memory_kib();
  EXPECT_THAT(decode_image(bomb), FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(inspect_image(bomb), FailsWith(Errc::limit_exceeded));
  EXPECT_LT(peak_memory_kib() - before, 10 * 1024);
}

TEST(ImageLimits, RefuseAWebpBombByItsHeader) {
  auto file = test::build_animated_webp({16, 16}, {test::solid({16, 16}, 3, {}), test::solid({16, 16}, 3, {1, 1, 1})});
  std::fill_n(file.begin() + 24, 3, 0xFF);  // VP8X's canvas: 16777216 x 255, the most that the container allows
  file[27] = 0xFE;
  expect_refused_cheaply(file);
}

TEST(ImageLimits, BoundTheFile) {
  ImageLimits limits;
  limits.max_bytes = 10;
  EXPECT_THAT(decode_image(test::png_header_claiming(4, 4), limits),
              FailsSaying(Errc::limit_exceeded, HasSubstr("at most 10 bytes")));
}

TEST(ImageLimits, BoundPixelsAndSides) {
  const Bytes file = encode_png(test::solid({20, 10}, 3, {})).value();
  ImageLimits limits;
  limits.max_pixels = 200;
  limits.max_side = 20;
  EXPECT_THAT(decode_image(file, limits), test::IsOk());
  limits.max_pixels = 199;
  EXPECT_THAT(decode_image(file, limits), FailsSaying(Errc::limit_exceeded, HasSubstr("20x10")));
  limits = {};
  limits.max_side = 19;
  EXPECT_THAT(decode_image(file, limits), FailsSaying(Errc::limit_exceeded, HasSubstr("sides")));
}

TEST(ImageLimits, RefuseAPngOfNoPixels) {
  EXPECT_THAT(decode_image(test::png_header_claiming(0, 5)), FailsWith(Errc::corrupt_data));
}

}  // namespace
}  // namespace imagegen
