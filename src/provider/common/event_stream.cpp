#include "provider/common/event_stream.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace imagegen {
namespace {

constexpr std::size_t kMaxField = 16;  // bytes of a name that are kept; "event" is the longest known
constexpr std::size_t kMaxName = 128;
constexpr std::array<std::string_view, 5> kBeginnings = {":", "event:", "data:", "id:", "retry:"};

}  // namespace

EventStream::Look EventStream::look(std::string_view start) {
  bool too_short = false;
  for (const auto known : kBeginnings) {
    if (start.starts_with(known)) return Look::yes;
    too_short = too_short || known.starts_with(start);
  }
  return too_short ? Look::too_short : Look::no;
}

void EventStream::feed(std::string_view text) {
  while (!text.empty()) {
    const char c = text.front();
    if (c == '\r' || c == '\n') {
      // A line may end in either, or in both.
      if (!(c == '\n' && after_return_)) take_line_end();
      after_return_ = c == '\r';
      text.remove_prefix(1);
      continue;
    }
    after_return_ = false;
    is_empty_line_ = false;
    text = in_value_ ? take_value(text) : take_field(text);
  }
}

std::string_view EventStream::take_field(std::string_view text) {
  const char c = text.front();
  if (c != ':') {
    if (field_.size() < kMaxField) field_ += c;
    return text.substr(1);
  }
  in_value_ = at_value_start_ = true;
  if (field_ == "event") name_.clear();
  if (field_ == "data" && std::exchange(has_data_, true)) out_.data("\n");
  return text.substr(1);
}

std::string_view EventStream::take_value(std::string_view text) {
  if (std::exchange(at_value_start_, false) && text.front() == ' ') return text.substr(1);
  const auto end = std::min(text.find_first_of("\r\n"), text.size());
  const auto piece = text.substr(0, end);
  if (field_ == "data") out_.data(piece);
  if (field_ == "event") name_.append(piece.substr(0, kMaxName - std::min(name_.size(), kMaxName)));
  return text.substr(end);
}

void EventStream::take_line_end() {
  if (is_empty_line_) {
    if (has_data_) out_.end();
    if (!has_data_ && !name_.empty()) out_.name({});  // it was the name of nothing
    has_data_ = false;
    name_.clear();
  } else if (field_ == "event") {
    out_.name(name_);
  }
  field_.clear();
  in_value_ = at_value_start_ = false;
  is_empty_line_ = true;
}

}  // namespace imagegen
