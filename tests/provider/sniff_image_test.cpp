#include "provider/sniff_image.hpp"

#include <gtest/gtest.h>

#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using std::string_view_literals::operator""sv;
using ::testing::EndsWith;

Result<void> sniff(std::string_view file) {
  return check_is_image(as_bytes(file));
}

TEST(SniffImage, TakesPngJpegAndWebP) {
  EXPECT_THAT(sniff("\x89PNG\r\n\x1A\n...."sv), IsOk());
  EXPECT_THAT(sniff("\xFF\xD8\xFF\xE0...."sv), IsOk());
  EXPECT_THAT(sniff("RIFF\x10\x00\x00\x00WEBPVP8 "sv), IsOk());
}

TEST(SniffImage, NamesWhatCameInstead) {
  EXPECT_THAT(sniff(""), FailsSaying(Errc::corrupt_data, EndsWith("got empty")));
  EXPECT_THAT(sniff(" \n<!doctype html><html>"), FailsSaying(Errc::corrupt_data, EndsWith("got html")));
  EXPECT_THAT(sniff(R"({"error":1})"), FailsSaying(Errc::corrupt_data, EndsWith("got json")));
  EXPECT_THAT(sniff("GIF89a"), FailsSaying(Errc::corrupt_data, EndsWith("got gif")));
  EXPECT_THAT(sniff("%PDF-1.7"), FailsSaying(Errc::corrupt_data, EndsWith("got pdf")));
  EXPECT_THAT(sniff("gone"), FailsSaying(Errc::corrupt_data, EndsWith("got text")));
  EXPECT_THAT(sniff("\x00\x01\x02\x03"sv), FailsSaying(Errc::corrupt_data, EndsWith("got unknown bytes")));
}

TEST(SniffImage, KnowsWhereAFileEnds) {
  const auto is_whole = [](std::string_view file) { return is_whole_image(as_bytes(file)); };
  EXPECT_TRUE(is_whole("\x89PNG\r\n\x1A\n....IEND\xAE\x42\x60\x82"sv));
  EXPECT_TRUE(is_whole("\xFF\xD8\xFF\xE0....\xFF\xD9"sv));
  EXPECT_TRUE(is_whole("RIFF\x08\x00\x00\x00WEBPVP8 "sv));
  EXPECT_FALSE(is_whole("\x89PNG\r\n\x1A\n....IEND\xAE\x42\x60"sv));
  EXPECT_FALSE(is_whole("\xFF\xD8\xFF\xE0....\xFF"sv));
  EXPECT_FALSE(is_whole("RIFF\x09\x00\x00\x00WEBPVP8 "sv));
  EXPECT_FALSE(is_whole("<html>\xFF\xD9"sv));
  EXPECT_FALSE(is_whole(""));
}

TEST(SniffImage, RefusesWhatOnlyBeginsLikeOne) {
  EXPECT_THAT(sniff("\x89PNG"), FailsWith(Errc::corrupt_data));
  EXPECT_THAT(sniff("\xFF\xD8"), FailsWith(Errc::corrupt_data));
  EXPECT_THAT(sniff("RIFF"), FailsWith(Errc::corrupt_data));
  EXPECT_THAT(sniff("RIFFWEBP"), FailsWith(Errc::corrupt_data));
  EXPECT_THAT(sniff("RIFF\x10\x00\x00\x00WAVEfmt "sv), FailsWith(Errc::corrupt_data));
}

}  // namespace
}  // namespace imagegen::test
