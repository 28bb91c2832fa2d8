// What all providers make of texts and failures of a service.
#include <gmock/gmock.h>

#include "provider/common/failure.hpp"
#include "provider/common/picture_text.hpp"

namespace imagegen {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr Meaning kCodes[] = {{"nsfw", Errc::content_refused}, {"no_credit", Errc::quota_exceeded}};
constexpr Meaning kPhrases[] = {{"insufficient balance", Errc::quota_exceeded}};
constexpr int kFree[] = {400, 429};

FailureTable a_service() {
  FailureTable table;
  table.provider = "painter";
  table.codes = kCodes, table.phrases = kPhrases, table.free_statuses = kFree;
  return table;
}

HttpHeaders header(std::string name, std::string value) {
  HttpHeaders headers;
  headers.add(std::move(name), std::move(value));
  return headers;
}

Error failed(int status, ForeignError told = {}, HttpHeaders headers = {}) {
  return failure_of(a_service(), status, headers, told, ForeignText(Secret("sk-secret-1")), {});
}

TEST(ForeignText, OfASecretNothingIsLeft) {
  const ForeignText foreign(Secret("sk-secret-1"));
  EXPECT_THAT(foreign.kept("your key sk-secret-1 is wrong"), AllOf(StartsWith("your key "), Not(HasSubstr("secret-1"))));
  EXPECT_EQ(foreign.word("sk-secret-1"), "***");
  Error error(Errc::unavailable, "sk-secret-1 at the door");
  error.provider_text = "sk-secret-1";
  const auto cleaned = foreign.cleaned(error);
  EXPECT_THAT(cleaned.message + cleaned.provider_text, Not(HasSubstr("secret-1")));
}

TEST(ForeignText, WordsAreShortAndPlain) {
  const ForeignText foreign;
  EXPECT_EQ(foreign.word("data[0].url:x-*"), "data[0].url:x-*");
  for (const auto& text : {std::string("two words"), std::string("a\nb"), std::string(97, 'a'), std::string("\xC3\xA4")})
    EXPECT_EQ(foreign.word(text), "") << text;
}

TEST(ForeignText, WhatIsKeptIsValidAndBounded) {
  const ForeignText foreign;
  EXPECT_EQ(foreign.kept("a\xFFz").find('\xFF'), std::string::npos);
  EXPECT_LE(foreign.kept(std::string(1U << 20U, 'x')).size(), 4096U);
}

TEST(ForeignFailure, ACodeGoesBeforeAStatus) {
  EXPECT_EQ(failed(400, {.code = "NSFW"}).code, Errc::content_refused);
  EXPECT_EQ(failed(500, {.type = "no_credit"}).code, Errc::quota_exceeded) << "services put it in either field";
  EXPECT_EQ(failed(400, {.code = "400", .message = "Insufficient balance, sorry"}).code, Errc::quota_exceeded);
}

TEST(ForeignFailure, OnlyWhatTheTableCallsFreeIsFree) {
  EXPECT_EQ(failed(400).billing, Billing::no);
  EXPECT_EQ(failed(404).billing, Billing::maybe) << "this service sends it for more than that";
  EXPECT_EQ(failed(500).billing, Billing::maybe);
  EXPECT_EQ(failed(503).billing, Billing::maybe);
  const auto later = header("Retry-After", "7");
  EXPECT_EQ(failed(503, {}, later).billing, Billing::no);
  EXPECT_EQ(failed(503, {}, later).retry_after, std::chrono::seconds(7));
  EXPECT_EQ(failed(429, {}, later).retry, Retry::later);
  EXPECT_EQ(failed(400, {.code = "nsfw"}).billing, Billing::maybe) << "work may have been done before it was refused";
}

TEST(ForeignFailure, NamesTheServiceAndItsRequestAndNoSecret) {
  const auto error = failed(500, {.message = "sk-secret-1 broke it"}, header("x-request-id", "req_1"));
  EXPECT_THAT(error.message, AllOf(StartsWith("painter"), HasSubstr("req_1")));
  EXPECT_THAT(error.message + error.provider_text, Not(HasSubstr("secret-1")));
}

FoundImage found(std::string_view text, PictureText::Expected expected, std::size_t step) {
  PictureText reader(1000, expected);
  for (std::size_t at = 0; at < text.size(); at += step) reader.feed(text.substr(at, step));
  FoundImage image;
  std::move(reader).finish(image, "data[0]");
  return image;
}

TEST(PictureText, IsAFileADataUrlOrAnAddressWhereverItIsCut) {
  constexpr std::string_view kPng = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";
  for (const auto expected : {PictureText::Expected::file, PictureText::Expected::url}) {
    for (const std::size_t step : {1U, 3U, 1000U}) {
      EXPECT_EQ(found(kPng, expected, step).file.size(), 67U) << step;
      EXPECT_EQ(found("data:image/png;base64," + std::string(kPng), expected, step).file.size(), 67U) << step;
      EXPECT_EQ(found("https://example.com/a.png", expected, step).url, "https://example.com/a.png") << step;
    }
  }
}

TEST(PictureText, WhatIsNeitherIsAFaultThatNamesTheField) {
  const auto image = found("sorry, no picture today", PictureText::Expected::file, 4);
  ASSERT_TRUE(image.fault);
  EXPECT_THAT(image.fault->message, HasSubstr("data[0]"));
}

TEST(PictureText, OfTooLargeAFileNothingIsKept) {
  const auto image = found("iVBORw0KGgo" + std::string(4000, 'A'), PictureText::Expected::file, 100);
  ASSERT_TRUE(image.fault);
  EXPECT_EQ(image.fault->code, Errc::limit_exceeded);
  EXPECT_TRUE(image.file.empty());
}

}  // namespace
}  // namespace imagegen
