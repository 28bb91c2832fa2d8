#include <imagegen/core/result.hpp>

#include <gtest/gtest.h>

#include <sstream>

namespace imagegen {
namespace {

TEST(Error, PrintsItsCodeAndMessageButNeverTheProvidersText) {
  Error error{Errc::content_refused, "openai: the prompt was refused"};
  error.provider_text = "your prompt 'Ann Smith, 12 Elm Street' was refused";
  std::ostringstream out;
  out << error;
  EXPECT_EQ(out.str(), "CONTENT_REFUSED: openai: the prompt was refused");
}

TEST(Error, EveryCodeIsReadBackByItsName) {
  for (int number = 1; number <= static_cast<int>(Errc::outcome_unknown); ++number) {
    const auto code = static_cast<Errc>(number);
    EXPECT_EQ(parse_errc(to_string(code)), code) << to_string(code);
  }
  EXPECT_EQ(parse_errc("rate_limited"), std::nullopt);
  EXPECT_EQ(parse_errc(""), std::nullopt);
}

TEST(Error, IsThrownWithItsMessageByValue) {
  const Result<int> failed = Error{Errc::not_found, "no such pack"};
  try {
    static_cast<void>(failed.value());
    FAIL() << "value() of a failed result must throw";
  } catch (const ErrorException& thrown) {
    EXPECT_STREQ(thrown.what(), "no such pack");
    EXPECT_EQ(thrown.error().code, Errc::not_found);
  }
}

TEST(Error, SaysWhereItHappened) {
  EXPECT_EQ(in_context({Errc::not_found, "no such file"}, "pack wi-1").message, "pack wi-1: no such file");
}

}  // namespace
}  // namespace imagegen
