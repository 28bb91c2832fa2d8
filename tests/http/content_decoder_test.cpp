#include "http/content_decoder.hpp"

#include "support/compressed.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

namespace imagegen {
namespace {

using test::Coding;
using test::compressed;
using test::FailsWith;
using test::IsOk;

HttpHeaders coded(std::string coding) {
  HttpHeaders headers;
  headers.add("Content-Type", "application/json");
  if (!coding.empty()) headers.add("content-encoding", std::move(coding));
  return headers;
}

Result<std::string> decoded_by(std::size_t step, std::string_view body, const HttpHeaders& headers) {
  ContentDecoder decoder(headers);
  std::string out;
  const ContentDecoder::Out add = [&](ByteView piece) { return out += as_text(piece), true; };
  for (; !body.empty(); body.remove_prefix(std::min(step, body.size()))) {
    if (auto fed = decoder.feed(as_bytes(body.substr(0, step)), add); !fed) return fed.error();
  }
  if (auto ended = decoder.finish(add); !ended) return ended.error();
  return out;
}

// Cut anywhere, a body is the same.
Result<std::string> decoded(std::string_view body, const HttpHeaders& headers) {
  const auto whole = decoded_by(1U << 20U, body, headers), dripped = decoded_by(1, body, headers);
  EXPECT_EQ(whole.has_value(), dripped.has_value());
  if (whole && dripped) {
    EXPECT_EQ(*whole, *dripped);
  }
  return whole;
}

const std::string kText = R"({"data":[)" + std::string(100'000, ' ') + "]}";

TEST(ContentDecoder, UndoesWhatHeadersNameAndWhatTheyDoNot) {
  EXPECT_EQ(decoded(compressed(kText), coded("gzip")).value(), kText);
  EXPECT_EQ(decoded(compressed(kText), coded("X-GZip")).value(), kText);
  EXPECT_EQ(decoded(compressed(kText), coded("")).value(), kText);
  EXPECT_EQ(decoded(compressed(kText), coded("deflate")).value(), kText);
  EXPECT_EQ(decoded(compressed(kText, Coding::zlib), coded("deflate")).value(), kText);
  EXPECT_EQ(decoded(compressed(kText, Coding::bare_deflate), coded("deflate")).value(), kText);
  EXPECT_EQ(decoded(compressed("{}") + compressed("[]"), coded("gzip")).value(), "{}[]");
}

TEST(ContentDecoder, LetsThroughWhatIsNotCoded) {
  for (const auto* const coding : {"gzip", "deflate", "br", ""}) {
    for (const auto* const body : {"", "{", "{}", " {\"a\":1}", "\xEF\xBB\xBF{}"})
      EXPECT_EQ(decoded(body, coded(coding)).value(), body) << coding;
  }
}

TEST(ContentDecoder, ABrokenCodingIsABadAnswerAndGivesWhatCame) {
  const auto body = compressed(kText);
  EXPECT_THAT(decoded(body.substr(0, body.size() - 1), coded("gzip")), FailsWith(Errc::bad_answer));
  auto damaged = body;
  damaged[body.size() - 2] ^= 1;
  EXPECT_THAT(decoded(damaged, coded("gzip")), FailsWith(Errc::bad_answer));
}

TEST(ContentDecoder, WhatOnlyBeginsLikeACodingGoesThrough) {
  const std::string body = "\x1F\x8B\x08 and then nothing of the kind";
  for (const auto* const coding : {"gzip", "deflate", ""}) {
    EXPECT_EQ(decoded(body, coded(coding)).value(), body) << coding;
    EXPECT_EQ(decoded(body.substr(0, 3), coded(coding)).value(), body.substr(0, 3)) << coding;
  }
  EXPECT_EQ(decoded("\x89PNG", coded("deflate")).value(), "\x89PNG");
}

TEST(ContentDecoder, StopsWhereNothingMoreIsWanted) {
  ContentDecoder decoder(coded("gzip"));
  std::size_t pieces = 0;
  EXPECT_THAT(decoder.feed(as_bytes(compressed(std::string(50'000'000, '0'))), [&](ByteView) { return ++pieces < 3; }),
              IsOk());
  EXPECT_EQ(pieces, 3U);
}

TEST(ContentDecoder, LooksOnlyWhereTextIsMeant) {
  HttpHeaders picture;
  picture.add("Content-Type", "image/png");
  EXPECT_FALSE(ContentDecoder::may_be_coded(picture));
  EXPECT_FALSE(ContentDecoder::may_be_coded({}));
  EXPECT_TRUE(ContentDecoder::may_be_coded(coded("")));
}

}  // namespace
}  // namespace imagegen
