#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace imagegen {

/// Takes a stream of server-sent events apart while it arrives. An event whose blank line is missing at the end of the
/// stream has been handed out like the others. Source: the HTML Standard, section 9.2.6.
class EventStream {
 public:
  struct Out {
    std::function<void(std::string_view name)> name;   ///< Of the event that begins or is under way.
    std::function<void(std::string_view piece)> data;  ///< The next piece of its data; lines are joined by "\n".
    std::function<void()> end;                         ///< Of the event.
  };

  enum class Look : std::uint8_t { no, yes, too_short };
  /// Whether a text that begins so is such a stream.
  static Look look(std::string_view start);

  explicit EventStream(Out out) : out_(std::move(out)) {}
  /// Takes the next bytes, cut anywhere.
  void feed(std::string_view text);

 private:
  void take_line_end();
  std::string_view take_field(std::string_view text);
  std::string_view take_value(std::string_view text);

  Out out_;
  std::string field_;  // up to its colon
  std::string name_;
  bool in_value_ = false, at_value_start_ = false, after_return_ = false;
  bool has_data_ = false, is_empty_line_ = true;
};

}  // namespace imagegen
