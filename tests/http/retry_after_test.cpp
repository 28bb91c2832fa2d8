#include <imagegen/maker/core/backoff.hpp>
#include <imagegen/maker/http/retry_after.hpp>

#include <gtest/gtest.h>

namespace imagegen {
namespace {

using std::chrono::milliseconds;
using Headers = std::initializer_list<HttpHeader>;

// 6 November 1994, 08:49:37 UTC: the moment in RFC 9110's examples.
constexpr auto kNow = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + std::chrono::hours(8) +
                      std::chrono::minutes(49) + std::chrono::seconds(37);

std::optional<milliseconds> wait_for(Headers entries) {
  HttpHeaders headers;
  for (const auto& [name, value] : entries) headers.add(name, value);
  return retry_after(headers, kNow);
}

std::optional<milliseconds> wait_for(const char* text) {
  return wait_for({{"Retry-After", text}});
}

TEST(RetryAfter, ReadsSeconds) {
  EXPECT_EQ(wait_for("0"), milliseconds(0));
  EXPECT_EQ(wait_for("20"), milliseconds(20'000));
  EXPECT_EQ(wait_for("3600"), milliseconds(3'600'000));
  EXPECT_EQ(wait_for("1.5"), milliseconds(1500));
}

TEST(RetryAfter, PrefersMilliseconds) {
  EXPECT_EQ(wait_for({{"Retry-After", "20"}, {"retry-after-ms", "250"}}), milliseconds(250));
  EXPECT_EQ(wait_for({{"Retry-After", "20"}, {"Retry-After-Ms", "soon"}}), milliseconds(20'000));
}

TEST(RetryAfter, ReadsEveryDateForm) {
  EXPECT_EQ(wait_for("Sun, 06 Nov 1994 08:50:07 GMT"), milliseconds(30'000));
  EXPECT_EQ(wait_for("Sunday, 06-Nov-94 08:50:07 GMT"), milliseconds(30'000));
  EXPECT_EQ(wait_for("Sun Nov  6 08:50:07 1994"), milliseconds(30'000));
  EXPECT_EQ(wait_for("Wed Nov 16 08:49:37 1994"), kLongestRetryAfter);
}

TEST(RetryAfter, TwoDigitYearsAreNear) {
  EXPECT_EQ(wait_for("Sunday, 06-Nov-93 08:49:37 GMT"), milliseconds(0));
  EXPECT_EQ(wait_for("Monday, 06-Nov-95 08:49:37 GMT"), kLongestRetryAfter);
}

TEST(RetryAfter, ThePastMeansNow) {
  EXPECT_EQ(wait_for("Sun, 06 Nov 1994 08:00:00 GMT"), milliseconds(0));
  EXPECT_EQ(wait_for("-5"), milliseconds(0));
}

TEST(RetryAfter, NoAnswerParksAJobForLongerThanAnHour) {
  const std::string digits(400, '9');
  for (const char* text : {"3601", "315360000", "99999999999999999999", digits.c_str(), "Fri, 31 Dec 9999 23:59:59 GMT",
                           "Thu, 06 Nov 2036 08:49:37 GMT"})
    EXPECT_EQ(wait_for(text), kLongestRetryAfter) << text;
  EXPECT_EQ(wait_for({{"retry-after-ms", "1e400"}, {"Retry-After", "5"}}), milliseconds(5000));
  EXPECT_EQ(wait_for(("0." + std::string(400, '0') + "1").c_str()), milliseconds(0));
  EXPECT_EQ(wait_for(("-" + digits).c_str()), milliseconds(0));
}

TEST(RetryAfter, SaysWhenTheServerAskedForMore) {
  const auto message = [](const char* text) {
    HttpHeaders headers;
    headers.add("Retry-After", text);
    Error error(Errc::rate_limited, "slow down");
    note_retry_after(error, headers, kNow);
    return error.message;
  };
  EXPECT_EQ(message("3600"), "slow down");
  EXPECT_EQ(message("soon"), "slow down");
  EXPECT_EQ(message("86400"), "slow down; it asks to wait for more than 1 h (24 h), and is obeyed for 1 h");
}

TEST(RetryAfter, ADateIsReadByTheClockThatWroteIt) {
  EXPECT_EQ(wait_for({{"Date", "Wed, 06 Nov 2024 00:00:00 GMT"}, {"Retry-After", "Wed, 06 Nov 2024 00:00:20 GMT"}}),
            milliseconds(20'000));
  EXPECT_EQ(wait_for({{"Date", "yesterday"}, {"Retry-After", "Sun, 06 Nov 1994 08:49:57 GMT"}}), milliseconds(20'000));
}

TEST(RetryAfter, AnythingElseIsNothing) {
  for (const char* text :
       {"", "soon", "5s", "1e3", "inf", "nan", "0x10", "Sun, 06 Nov 1994 08:50:07", "Sun, 31 Feb 1994 08:50:07 GMT",
        "Sun, 06 Nov 1994 25:50:07 GMT", "Sun, 6 Nov 1994 08:50:07 GMT", "Sun, 06 nov 1994 08:50:07 GMT",
        "Sun, 06 Nov 1994 08:50:07 GMTx", "Sun, 06 ovD 1994 08:50:07 GMT", "Sun", ", ", "Sun Nov 6"}) {
    EXPECT_EQ(wait_for(text), std::nullopt) << text;
  }
  EXPECT_EQ(wait_for(Headers{}), std::nullopt);
}

}  // namespace
}  // namespace imagegen
