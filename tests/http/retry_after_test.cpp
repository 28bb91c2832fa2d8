#include <imagegen/http/retry_after.hpp>

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
  EXPECT_EQ(wait_for("Wed Nov 16 08:49:37 1994"), std::chrono::hours(240));
}

TEST(RetryAfter, TwoDigitYearsAreNear) {
  EXPECT_EQ(wait_for("Sunday, 06-Nov-93 08:49:37 GMT"), milliseconds(0));
  EXPECT_EQ(wait_for("Monday, 06-Nov-95 08:49:37 GMT"), std::chrono::hours(365 * 24));
}

TEST(RetryAfter, ThePastMeansNow) {
  EXPECT_EQ(wait_for("Sun, 06 Nov 1994 08:00:00 GMT"), milliseconds(0));
  EXPECT_EQ(wait_for("-5"), milliseconds(0));
}

TEST(RetryAfter, HugeTimesAreCutToAYear) {
  EXPECT_EQ(wait_for("99999999999999999999"), std::chrono::hours(24 * 366));
  EXPECT_EQ(wait_for("Fri, 31 Dec 9999 23:59:59 GMT"), std::chrono::hours(24 * 366));
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
