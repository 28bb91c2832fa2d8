#include "provider/common/base64_image.hpp"

#include <gtest/gtest.h>

#include "openai_fixtures.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using ::testing::HasSubstr;

Result<Bytes> read(std::string_view text, std::size_t piece = 1000, std::size_t max_bytes = 1000) {
  Base64Image image(max_bytes);
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) image.feed(text.substr(0, piece));
  return std::move(image).finish();
}

TEST(Base64Image, ReadsAFile) {
  EXPECT_EQ(read(png64()).value(), to_bytes(png()));
}

TEST(Base64Image, TakesADataPrefixCutAnywhere) {
  for (std::size_t piece = 1; piece <= 40; ++piece) {
    EXPECT_EQ(read("data:image/png;base64," + png64(), piece).value(), to_bytes(png())) << "pieces of " << piece;
  }
}

TEST(Base64Image, RefusesADataUrlThatIsNotBase64) {
  EXPECT_THAT(read("data:image/svg+xml,<svg/>"), FailsSaying(Errc::corrupt_data, HasSubstr("data URL")));
  EXPECT_THAT(read("data:image/png;base64"), FailsWith(Errc::corrupt_data));
}

TEST(Base64Image, DoesNotCollectAPrefixThatNeverEnds) {
  EXPECT_THAT(read("data:" + std::string(100'000, 'x') + ";base64," + png64()), FailsWith(Errc::corrupt_data));
}

TEST(Base64Image, TellsBase64ThatBeginsLikeAPrefix) {
  // "data" is base64 as well; what it stands for is no image.
  EXPECT_THAT(read("data"), FailsSaying(Errc::corrupt_data, HasSubstr("got text")));
}

TEST(Base64Image, StopsAtTheLargestFile) {
  EXPECT_THAT(read(png64("0123456789"), 7, 17), FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(read(png64("0123456789"), 7, 18), IsOk());
}

TEST(Base64Image, SaysThatNothingCame) {
  EXPECT_THAT(read(""), FailsSaying(Errc::corrupt_data, HasSubstr("empty")));
}

}  // namespace
}  // namespace imagegen::test
