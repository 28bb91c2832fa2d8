#include <imagegen/maker/core/backoff.hpp>
#include <imagegen/core/shown_text.hpp>
#include <imagegen/core/utf8.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/host_part.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

constexpr std::size_t kLargestFailure = 16U << 20U;  // bytes of JSON
constexpr std::size_t kLongestText = 4096;           // bytes of a field
constexpr std::string_view kReplacement = "\\ufffd";

// What a host's exception has in a field of that name may be anything.
std::string cut_text_of(const js::object& document, std::string_view name) {
  const auto* value = document.if_contains(name);
  if (!value || !value->is_string()) return {};
  return std::string(cut_utf8(value->get_string(), kLongestText));
}

Delivery parse_delivery(std::string_view word) {
  if (word == "not_sent") return Delivery::not_sent;
  return word == "answered" ? Delivery::answered : Delivery::unknown;
}

void read_retry_after(const js::object& document, Error& error) {
  constexpr double kMost = 1e15;  // ms; what is obeyed is far less
  const auto* after = document.if_contains("retryAfterMs");
  if (!after || !after->is_number()) return;
  const double wanted = after->to_number<double>();  // Boost.JSON reads 0e2300 as no number
  if (!std::isfinite(wanted)) return;
  set_retry_after(error, std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(wanted, 0.0, kMost))));
}

// Every byte that is no part of a character becomes a question mark.
std::string valid_utf8(std::string_view text) {
  if (is_valid_utf8(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    std::size_t size = 1;
    while (size <= std::min<std::size_t>(4, text.size()) && !is_valid_utf8(text.substr(0, size))) ++size;
    const bool is_character = size <= std::min<std::size_t>(4, text.size());
    out += is_character ? text.substr(0, size) : std::string_view("?");
    text.remove_prefix(is_character ? size : 1);
  }
  return out;
}

// Makes JSON of what writers of JSON are known to write though it is none: Infinity and NaN, halves of surrogate pairs,
// control characters, bad UTF-8, and texts without end, which are cut. One pass; whatever else is wrong stays so.
class Repair {
 public:
  explicit Repair(std::string_view text) : text_(text) {}

  std::string run() {
    while (!text_.empty()) {
      if (text_.front() == '"') {
        take_string();
      } else if (is_of_word(text_.front())) {
        take_word();
      } else {
        out_ += take(1);
      }
    }
    return valid_utf8(out_);
  }

 private:
  static bool is_of_word(char c) {
    const auto in = [c](char low, char high) { return c >= low && c <= high; };
    return in('0', '9') || in('a', 'z') || in('A', 'Z') || c == '+' || c == '-' || c == '.';
  }

  std::string_view take(std::size_t count) {
    const auto taken = text_.substr(0, count);
    text_.remove_prefix(taken.size());
    return taken;
  }

  void take_word() {
    const auto* const end = std::find_if_not(text_.begin(), text_.end(), is_of_word);
    const auto word = take(static_cast<std::size_t>(end - text_.begin()));
    if (word == "true" || word == "false" || word == "null") {
      out_ += word;
      return;
    }
    double number = 0;
    const auto [stopped, failed] = std::from_chars(word.data(), word.data() + word.size(), number);
    const bool is_number = failed == std::errc() && stopped == word.data() + word.size() && std::isfinite(number);
    out_ += is_number ? js::serialize(js::value(number)) : "null";
  }

  void take_string() {
    out_ += take(1);
    const auto begin = out_.size();
    bool fits = true;
    while (!text_.empty() && text_.front() != '"') {
      // Decided at the first byte of a character, so that none is cut.
      if ((static_cast<unsigned char>(text_.front()) & 0xC0U) != 0x80U) fits = out_.size() - begin < 2 * kLongestText;
      const auto before = out_.size();
      take_unit();
      if (!fits) out_.resize(before);
    }
    take(1);
    out_ += '"';
  }

  void take_unit() {
    const auto c = text_.front();
    if (c != '\\') {
      out_ += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
      take(1);
    } else if (text_.starts_with("\\u")) {
      take_unicode();
    } else {
      constexpr std::string_view kEscapes = "\"\\/bfnrt";
      const bool is_escape = text_.size() > 1 && kEscapes.find(text_[1]) != std::string_view::npos;
      const auto pair = take(2);
      out_ += is_escape ? pair : std::string_view("?");
    }
  }

  void take_unicode() {
    const auto unit = unit_at(0);
    const bool is_high = unit >= 0xD800 && unit < 0xDC00, is_low = unit >= 0xDC00 && unit < 0xE000;
    const auto next = is_high ? unit_at(6) : -1;
    const bool is_pair = next >= 0xDC00 && next < 0xE000;
    const std::size_t size = is_pair ? 12 : 6;
    const auto taken = take(unit < 0 ? 2 : size);
    out_ += unit < 0 || is_low || (is_high && !is_pair) ? kReplacement : taken;
  }

  // The number of the escape at `offset`; -1 where there is none.
  int unit_at(std::size_t offset) const {
    const auto escape = text_.substr(std::min(offset, text_.size()), 6);
    if (escape.size() < 6 || !escape.starts_with("\\u")) return -1;
    int unit = 0;
    const auto [stopped, failed] = std::from_chars(escape.data() + 2, escape.data() + 6, unit, 16);
    return failed == std::errc() && stopped == escape.data() + 6 && unit >= 0 ? unit : -1;
  }

  std::string_view text_;
  std::string out_;
};

}  // namespace

Error parse_host_failure(const js::object& document) {
  Error error;
  error.code = parse_errc(cut_text_of(document, "code")).value_or(Errc::internal);
  error.message = shown_lines(cut_text_of(document, "message"));
  if (error.message.empty()) error.message = "it failed, and did not say why";
  error.provider_text = cut_text_of(document, "providerText");
  error.delivery = parse_delivery(cut_text_of(document, "delivery"));
  const auto* retryable = document.if_contains("retryable");
  if (retryable && retryable->is_bool() && retryable->get_bool()) error.retry = Retry::later;
  // The host knows its service: what it lets be repeated after an answer was refused without any work.
  if (error.retry == Retry::later && error.delivery == Delivery::answered) error.billing = Billing::no;
  read_retry_after(document, error);
  return error;
}

Error parse_host_failure(std::string_view text) {
  auto document = json::parse(text, kLargestFailure);
  if (!document) document = json::parse(Repair(text).run(), kLargestFailure);
  const auto* object = document ? document->if_object() : nullptr;
  return object ? parse_host_failure(*object) : parse_host_failure(js::object());
}

}  // namespace imagegen
