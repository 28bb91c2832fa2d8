#include <imagegen/maker/core/backoff.hpp>
#include <imagegen/maker/http/retry_after.hpp>

#include "http/ascii.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace imagegen {
namespace {

using std::chrono::milliseconds;
using WallTime = std::chrono::sys_time<milliseconds>;  // system_clock's own nanoseconds end in the year 2262

// What is read, before it is bounded: longer times are only told, and this one cannot overflow.
constexpr milliseconds kLongest = std::chrono::hours(24 * 366);

milliseconds clamped(double count_ms) {
  const double limit = static_cast<double>(kLongest.count());
  return milliseconds(std::llround(std::clamp(count_ms, 0.0, limit)));
}

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const auto end = text.data() + text.size();
  const auto [stopped, failed] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (failed == std::errc::result_out_of_range && stopped == end) {
    // Too long a number, or too small a fraction.
    const bool large = text.front() != '-' && text.find_first_of("123456789") < text.find('.');
    return large ? std::numeric_limits<double>::max() : 0.0;
  }
  if (failed != std::errc() || stopped != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

// Reads the date forms of RFC 9110, section 5.6.7, piece by piece; each call takes what it has read.
class DateText {
 public:
  explicit DateText(std::string_view text) : text_(text) {}

  bool ok() const noexcept { return ok_; }
  bool at_end() const noexcept { return ok_ && text_.empty(); }
  char front() const noexcept { return text_.empty() ? '\0' : text_.front(); }

  void skip(std::string_view expected) {
    ok_ = ok_ && text_.starts_with(expected);
    if (ok_) text_.remove_prefix(expected.size());
  }
  // A day's name does not matter, only that there is one.
  void skip_letters() {
    const auto letters = std::find_if(text_.begin(), text_.end(), [](char c) { return is_digit(c) || !is_alnum(c); });
    ok_ = ok_ && letters != text_.begin();
    text_.remove_prefix(static_cast<std::size_t>(letters - text_.begin()));
  }
  int digits(std::size_t count) {
    const auto piece = text_.substr(0, count);
    int value = 0;
    const auto end = piece.data() + piece.size();
    ok_ = ok_ && piece.size() == count && std::all_of(piece.begin(), piece.end(), is_digit) &&
          std::from_chars(piece.data(), end, value).ec == std::errc();
    text_.remove_prefix(piece.size());
    return value;
  }
  unsigned month() {
    constexpr std::string_view kNames = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const auto found = kNames.find(text_.substr(0, 3));
    ok_ = ok_ && text_.size() >= 3 && found != std::string_view::npos && found % 3 == 0;
    text_.remove_prefix(std::min<std::size_t>(3, text_.size()));
    return static_cast<unsigned>(found / 3 + 1);
  }
  std::chrono::seconds time_of_day() {
    const int hours = digits(2);
    skip(":");
    const int minutes = digits(2);
    skip(":");
    const int seconds = digits(2);
    ok_ = ok_ && hours < 24 && minutes < 60 && seconds <= 60;  // 60 is a leap second
    return std::chrono::hours(hours) + std::chrono::minutes(minutes) + std::chrono::seconds(seconds);
  }

 private:
  std::string_view text_;
  bool ok_ = true;
};

std::optional<WallTime> make_time(const DateText& text, int year, unsigned month, int day, std::chrono::seconds time) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!text.at_end() || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + time;
}

// "Sun Nov  6 08:49:37 1994", the form of C's asctime().
std::optional<WallTime> parse_asctime(DateText text) {
  text.skip(" ");
  const unsigned month = text.month();
  text.skip(" ");
  const bool padded = text.front() == ' ';
  if (padded) text.skip(" ");
  const int day = text.digits(padded ? 1 : 2);
  text.skip(" ");
  const auto time = text.time_of_day();
  text.skip(" ");
  const int year = text.digits(4);
  return make_time(text, year, month, day, time);
}

// "Sun, 06 Nov 1994 08:49:37 GMT", and the older "Sunday, 06-Nov-94 08:49:37 GMT".
std::optional<WallTime> parse_http_date(std::string_view whole, WallTime now) {
  DateText text(whole);
  text.skip_letters();
  if (text.front() == ' ') return parse_asctime(text);
  text.skip(", ");
  const int day = text.digits(2);
  const bool old = text.front() == '-';
  const std::string_view between = old ? "-" : " ";
  text.skip(between);
  const unsigned month = text.month();
  text.skip(between);
  int year = text.digits(old ? 2 : 4);
  if (old) {  // two digits mean the nearest such year that is not more than 50 years ahead
    const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
    const int this_year = static_cast<int>(today.year());
    year += this_year / 100 * 100;
    if (year > this_year + 50) year -= 100;
  }
  text.skip(" ");
  const auto time = text.time_of_day();
  text.skip(" GMT");
  return make_time(text, year, month, day, time);
}

std::optional<milliseconds> asked_for(const HttpHeaders& headers, std::chrono::system_clock::time_point now) {
  if (const auto number = parse_number(headers.get("retry-after-ms"))) return clamped(*number);
  const auto text = headers.get("Retry-After");
  if (const auto number = parse_number(text)) return clamped(*number * 1000);
  const auto today = std::chrono::floor<milliseconds>(now);
  const auto when = parse_http_date(text, today);
  if (!when) return std::nullopt;
  const auto answered = parse_http_date(headers.get("Date"), today).value_or(today);
  return std::clamp(*when - answered, milliseconds(0), kLongest);
}

}  // namespace

std::optional<milliseconds> retry_after(const HttpHeaders& headers, std::chrono::system_clock::time_point now) {
  Error error;
  note_retry_after(error, headers, now);
  return error.retry_after;
}

void note_retry_after(Error& error, const HttpHeaders& headers, std::chrono::system_clock::time_point now) {
  set_retry_after(error, asked_for(headers, now));
}

}  // namespace imagegen
