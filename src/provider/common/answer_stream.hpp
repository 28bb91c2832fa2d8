#pragma once
#include <imagegen/http/http_message.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "provider/common/event_stream.hpp"
#include "provider/common/json_mender.hpp"

namespace imagegen {

/// Reads the JSON of an answer while it arrives, so that it is never held as a whole: one object, or server-sent events
/// with one in each. Blanks and a byte order mark before it are passed over, texts that are not valid Unicode are mended,
/// and what follows or breaks off behind what counts does not cost it.
///
/// \tparam Handler Takes the events of Boost.JSON's basic_parser, and has: kMaxDepth; begin_document(name of the event)
/// and end_document(), which may come in the middle of one that is broken off; has_all(), when no further event is needed;
/// has_image() and has_whole_error(), from when on it can be used; in_image(), while a picture arrives.
template <class Handler>
class AnswerStream {
 public:
  template <class... Arguments>
  explicit AnswerStream(Arguments&&... arguments)
      : parser_(options(), std::forward<Arguments>(arguments)...),
        events_({[this](std::string_view name) { event_name_ = name; },
                 [this](std::string_view piece) { take_event(piece); }, [this] { end_event(); }}) {}
  AnswerStream(const AnswerStream&) = delete;
  AnswerStream& operator=(const AnswerStream&) = delete;

  Handler& handler() { return parser_.handler(); }
  const Handler& handler() const { return parser_.handler(); }

  /// For BodySink: keeps what is wrong for who knows more; but an error once a megabyte has come that cannot be read.
  Result<void> feed(ByteView data) {
    bytes_ += data.size();
    const auto all = as_text(data);
    head_.append(all.substr(0, kMaxKeptHead - std::min(head_.size(), kMaxKeptHead)));
    const bool was_broken = broken_ && kind_ == Kind::json;
    take(skip_front(all));
    if (was_broken && (unreadable_ += data.size()) > kMaxUnreadable) return Error{Errc::bad_answer, fault()};
    return {};
  }

  /// For BodySink: `waiting` until a picture begins, `enough` with one that is whole, `complete` with the end.
  BodyState state() const {
    if (is_done()) return BodyState::complete;
    if (handler().has_image() || handler().has_whole_error()) return BodyState::enough;
    const bool is_readable = kind_ == Kind::events || !first_ || (first_ == '{' && !broken_);
    return is_readable && !handler().in_image() ? BodyState::waiting : BodyState::under_way;
  }

  /// To be called once, when the body has ended. \return Whether it was whole.
  bool finish() {
    if (kind_ == Kind::undecided) kind_ = Kind::json;
    const bool is_whole = kind_ == Kind::events || (!broken_ && parser_.done());
    end();
    return is_whole;
  }

  bool is_events() const { return kind_ == Kind::events; }
  /// What came in place of an answer.
  std::string fault() const {
    if (!first_) return bytes_ == 0 ? "the answer is empty" : "the answer is blank";
    if (kind_ == Kind::events) return "the answer's events have no picture";
    if (first_ == '<') return "the answer is HTML, expected JSON";
    if (first_ == '[') return "the answer is a JSON array, expected an object";
    if (first_ != '{') return "the answer is not JSON";
    if (broken_) return "the answer is broken JSON";
    return "the answer's JSON stops in the middle, after " + std::to_string(bytes_) + " bytes";
  }
  /// The first bytes, for who must find out what this was.
  const std::string& head() const { return head_; }

 private:
  enum class Kind : std::uint8_t { undecided, json, events };

  static constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  static constexpr std::string_view kBlanks = " \t\r\n";
  static constexpr std::string_view kLastEvent = "[DONE]";
  static constexpr std::size_t kMaxKeptHead = 4096;         // bytes
  static constexpr std::size_t kMaxUnreadable = 1U << 20U;  // bytes

  static boost::json::parse_options options() {
    boost::json::parse_options options;
    options.max_depth = Handler::kMaxDepth;
    options.allow_invalid_utf8 = true;  // a bad byte in a text beside it must not cost an image
    return options;
  }

  // Takes a byte order mark and blanks off the front, wherever the pieces are cut.
  std::string_view skip_front(std::string_view text) {
    while (!first_ && !text.empty()) {
      if (mark_ < kByteOrderMark.size() && text.front() == kByteOrderMark[mark_]) {
        ++mark_;
      } else if (kBlanks.find(text.front()) == std::string_view::npos) {
        first_ = text.front();
        break;
      }
      text.remove_prefix(1);
    }
    return text;
  }

  void take(std::string_view text) {
    if (text.empty()) return;
    if (kind_ != Kind::undecided) return pass_on(text);
    start_ += text;
    const auto look = EventStream::look(start_);
    if (look == EventStream::Look::too_short) return;
    kind_ = look == EventStream::Look::yes ? Kind::events : Kind::json;
    pass_on(start_);
  }

  void pass_on(std::string_view text) {
    if (kind_ == Kind::events) return events_.feed(text);
    parse(text);
  }

  void parse(std::string_view text) {
    if (broken_ || parser_.done()) return;  // what follows the document cannot change it
    mender_.feed(text, [this](std::string_view piece) { parse_mended(piece); });
  }

  void parse_mended(std::string_view text) {
    if (broken_ || parser_.done()) return;
    boost::json::error_code failed;
    parser_.write_some(true, text.data(), text.size(), failed);
    broken_ = failed.failed();
    if (broken_ || parser_.done()) handler().end_document();
  }

  void take_event(std::string_view piece) {
    if (!in_event_) begin_event();
    if (event_start_.size() < kLastEvent.size())
      event_start_ += piece.substr(0, kLastEvent.size() - event_start_.size());
    parse(piece);
  }
  void begin_event() {
    in_event_ = true;
    event_start_.clear();
    parser_.reset();
    mender_ = JsonMender();
    broken_ = false;
    handler().begin_document(event_name_);
  }
  // One that cannot be read, such as the last, says nothing about the others.
  void end_event() {
    if (event_start_ == kLastEvent) is_last_event_ = true;
    end();
    in_event_ = broken_ = false;
    event_name_.clear(), event_start_.clear();
  }

  // The document ends here, whether it is whole or not.
  void end() {
    if ((kind_ == Kind::json || in_event_) && !broken_ && !parser_.done()) handler().end_document();
  }

  bool is_done() const {
    if (kind_ == Kind::json) return !broken_ && parser_.done();
    const bool is_between_events = !in_event_ || broken_ || parser_.done();
    return kind_ == Kind::events && (is_last_event_ || (is_between_events && handler().has_all()));
  }

  boost::json::basic_parser<Handler> parser_;
  JsonMender mender_;
  EventStream events_;
  Kind kind_ = Kind::undecided;
  std::string start_;  // until the kind is known
  std::string event_name_, event_start_;
  bool in_event_ = false, is_last_event_ = false;
  std::size_t mark_ = 0;       // bytes of a byte order mark seen
  std::optional<char> first_;  // the first byte that is neither mark nor blank
  bool broken_ = false;
  std::size_t bytes_ = 0, unreadable_ = 0;
  std::string head_;
};

}  // namespace imagegen
