#include <imagegen/core/base64.hpp>

#include <gtest/gtest.h>

#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsWith;
using test::IsOk;

Result<Bytes> decode(std::string_view text, std::size_t piece = 1000, std::size_t max_bytes = 1000) {
  Base64Decoder decoder(max_bytes);
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    if (const auto fed = decoder.feed(text.substr(0, piece)); !fed) return fed.error();
  }
  return std::move(decoder).finish();
}

TEST(Base64, AgreesWithTheVectorsOfRfc4648) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(to_base64(as_bytes(plain)), coded);
    ASSERT_THAT(decode(coded), IsOk());
    EXPECT_EQ(as_text(*decode(coded)), plain);
  }
}

TEST(Base64, GivesTheSameBytesHoweverTheTextIsCut) {
  Bytes data;
  for (int i = 0; i < 256; ++i) data.push_back(static_cast<std::uint8_t>(i * 7));
  const auto text = to_base64(data);
  for (std::size_t piece = 1; piece <= 64; ++piece) {
    ASSERT_THAT(decode(text, piece), IsOk());
    EXPECT_EQ(*decode(text, piece), data) << "cut every " << piece;
  }
}

TEST(Base64, TakesTheUrlSafeAlphabetWhiteSpaceAndMissingPadding) {
  EXPECT_EQ(*decode("-_-_"), *decode("+/+/"));
  EXPECT_EQ(as_text(*decode(" Zm9v\r\nYg")), "foob");
}

TEST(Base64, RefusesOtherLettersAndTextThatEndsInsideAByte) {
  EXPECT_THAT(decode("Zm9*"), FailsWith(Errc::corrupt_data));
  EXPECT_THAT(decode("Zm9vY"), FailsWith(Errc::corrupt_data));
  EXPECT_THAT(decode("Zg=="
                     "Zg=="),
              FailsWith(Errc::corrupt_data));
  EXPECT_THAT(decode("Zg="), FailsWith(Errc::corrupt_data));
  EXPECT_THAT(decode("===="), FailsWith(Errc::corrupt_data));
}

TEST(Base64, StopsAtTheLimit) {
  EXPECT_THAT(decode("Zm9v", 4, 3), IsOk());
  EXPECT_THAT(decode("Zm9vYg==", 4, 3), FailsWith(Errc::limit_exceeded));
}

TEST(Base64, StaysFailedAfterAnError) {
  Base64Decoder decoder(100);
  EXPECT_THAT(decoder.feed("*"), FailsWith(Errc::corrupt_data));
  EXPECT_THAT(decoder.feed("Zm9v"), FailsWith(Errc::corrupt_data));
  EXPECT_THAT(std::move(decoder).finish(), FailsWith(Errc::corrupt_data));
}

}  // namespace
}  // namespace imagegen
