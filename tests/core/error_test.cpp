#include <imagegen/core/result.hpp>

#include <gtest/gtest.h>

#include <sstream>

namespace imagegen {
namespace {

TEST(Error, PrintsItsCodeAndMessageButNeverTheProvidersText) {
  Error error{Errc::content_refused, "openai: the prompt was refused"};
  error.provider_text = "your prompt 'Ann Smith, 12 Elm Street' was refused";
  error.where_to_look = "https://cdn.test/0.png?sig=abc";
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

TEST(Error, WhatItLeavesOwedIsWhatWasSaidOfIt) {
  for (const auto said : {Billing::no, Billing::maybe, Billing::yes}) {
    Error error{Errc::not_found, "gone"};
    error.billing = said;
    for (const auto delivery : {Delivery::not_sent, Delivery::unknown, Delivery::answered}) {
      error.delivery = delivery;
      EXPECT_EQ(billing_of(error), said);
    }
  }
}

TEST(Error, WhereNothingIsSaidOnlyWhatWasNotSentOrRefusedBeforeWorkIsFree) {
  const auto owed = [](Errc code, Delivery delivery) {
    Error error{code, "failed"};
    error.delivery = delivery;
    return billing_of(error);
  };
  for (int number = 1; number <= static_cast<int>(Errc::outcome_unknown); ++number) {
    EXPECT_EQ(owed(static_cast<Errc>(number), Delivery::not_sent), Billing::no) << number;
    EXPECT_EQ(owed(static_cast<Errc>(number), Delivery::unknown), Billing::maybe) << number;
  }
  for (const auto code : {Errc::rate_limited, Errc::quota_exceeded, Errc::permission_denied, Errc::invalid_argument}) {
    EXPECT_EQ(owed(code, Delivery::answered), Billing::no) << to_string(code);
  }
  for (const auto code : {Errc::not_found, Errc::content_refused, Errc::bad_answer, Errc::unavailable, Errc::internal,
                          Errc::corrupt_data, Errc::limit_exceeded, Errc::deadline_exceeded, Errc::cancelled}) {
    EXPECT_EQ(owed(code, Delivery::answered), Billing::maybe) << to_string(code);
  }
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
