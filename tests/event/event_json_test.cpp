#include <imagegen/core/timestamp.hpp>
#include <imagegen/event/event_sink.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using testing::HasSubstr;

constexpr std::string_view kHead = R"({"event":"e","id":"i","time":"2026-11-21T07:36:31.004Z")";

std::string line(const std::string& more) {
  return std::string(kHead) + more + "}";
}

Event round_trip(const Event& event) {
  return parse_event(to_json_line(event)).value();
}

TEST(ParseEvent, GivesBackWhatWasWrittenWithItsTypes) {
  const Event event{"prompt_job_ended",
                    "imgjob_1.2",
                    from_unix_ms(1'795'246'591'004),
                    {{"job_id", std::string("quo\"te \n ü")},
                     {"done", true},
                     {"images", std::int64_t{2}},
                     {"least", std::numeric_limits<std::int64_t>::min()},
                     {"cost", 2.0},
                     {"small", 1e-9},
                     {"large", 1e300},
                     {"zero", -0.0}}};
  const Event again = round_trip(event);
  EXPECT_EQ(again.name, event.name);
  EXPECT_EQ(again.id, event.id);
  EXPECT_EQ(again.time, event.time);
  EXPECT_EQ(again.fields, event.fields);
}

TEST(ParseEvent, KnowsEveryMoment) {
  for (const std::int64_t ms : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{951'782'400'000},  // 29 February 2000
                                std::int64_t{9'214'646'399'999}}) {
    const Event event{"e", "i", from_unix_ms(ms), {}};
    EXPECT_EQ(round_trip(event).time, event.time) << ms;
  }
}

TEST(ParseEvent, RefusesTimesThatAreNone) {
  for (const auto* time :
       {"", "2026-02-29T00:00:00.000Z", "2026-11-21T24:00:00.000Z", "2262-01-01T00:00:00.000Z", "2026-11-21T07:36:31Z",
        "2026-11-21 07:36:31.004Z", "2026-1--21T07:36:31.004Z", "2026-11-21T07:36:31.00xZ"}) {
    const auto text = R"({"event":"e","id":"i","time":")" + std::string(time) + R"("})";
    EXPECT_THAT(parse_event(text), FailsSaying(Errc::invalid_argument, HasSubstr("event: time"))) << time;
  }
}

TEST(ParseEvent, RefusesWhatIsNoEvent) {
  for (const auto* text : {"", "{", "[]", "{}", "null", R"({"event":"","id":"i","time":"2026-11-21T07:36:31.004Z"})",
                           R"({"event":"e","id":7,"time":"2026-11-21T07:36:31.004Z"})",
                           R"({"event":"e","time":"2026-11-21T07:36:31.004Z"})"})
    EXPECT_THAT(parse_event(text), FailsWith(Errc::invalid_argument)) << text;
  EXPECT_THAT(parse_event(line("") + "x"), FailsWith(Errc::invalid_argument));
}

TEST(ParseEvent, RefusesFieldsThatNoEventHas) {
  for (const auto* more : {R"(,"a":null)", R"(,"a":[])", R"(,"a":{})", R"(,"a":18446744073709551615)", R"(,"":1)"})
    EXPECT_THAT(parse_event(line(more)), FailsWith(Errc::invalid_argument)) << more;
  EXPECT_THAT(parse_event(line(",\"" + std::string(129, 'a') + "\":1")), FailsWith(Errc::invalid_argument));
}

TEST(ParseEvent, RefusesANumberThatNoDoubleHolds) {
  EXPECT_FALSE(parse_event(R"({"event":"e","id":"i","time":"2026-11-21T12:00:00.000Z","b":1e340})"));
}

TEST(ParseEvent, RefusesMoreThanItsLimits) {
  std::string fields;
  for (int i = 0; i < 128; ++i) fields += ",\"f" + std::to_string(i) + "\":" + std::to_string(i);
  EXPECT_THAT(parse_event(line(fields)), IsOk());
  EXPECT_THAT(parse_event(line(fields + ",\"more\":1")), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(parse_event(line(",\"a\":\"" + std::string(64U << 10U, 'a') + "\"")), FailsWith(Errc::limit_exceeded));
}

TEST(EventLine, LeavesOutWhatJsonOrTheLineHasNoPlaceFor) {
  const Event event{"e",
                    "i",
                    from_unix_ms(1'795'246'591'004),
                    {{"id", std::string("another")}, {"nan", std::nan("")}, {"b", INFINITY}, {"c", false}}};
  EXPECT_EQ(to_json_line(event), line(R"(,"c":false)"));
}

TEST(EventLine, WritesNumbersSoThatTheirTypeCanBeSeen) {
  const Event event{"e", "i", from_unix_ms(1'795'246'591'004), {{"a", 3.0}, {"b", std::int64_t{3}}, {"c", 0.1}}};
  EXPECT_EQ(to_json_line(event), line(R"(,"a":3.0,"b":3,"c":0.1)"));
}

}  // namespace
}  // namespace imagegen::test
