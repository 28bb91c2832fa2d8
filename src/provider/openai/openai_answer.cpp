#include "provider/openai/openai_answer.hpp"

#include <imagegen/core/utf8.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>

#include "provider/event_stream.hpp"
#include "provider/json_mender.hpp"
#include "provider/openai/openai_answer_handler.hpp"

namespace imagegen {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kLastEvent = "[DONE]";
constexpr std::size_t kMaxKeptHead = 4096;         // bytes
constexpr std::size_t kMaxUnreadable = 1U << 20U;  // bytes

boost::json::parse_options parser_options() {
  boost::json::parse_options options;
  options.max_depth = detail::OpenAiAnswerHandler::kMaxDepth;
  options.allow_invalid_utf8 = true;  // a bad byte in a text beside it must not cost an image
  return options;
}

// What one side of the bill says: totals win, because they are billed, and the parts must add up to them.
std::pair<std::int64_t, std::int64_t> split(const detail::OpenAiUsage::Side& side, bool rest_is_text) {
  const auto text = std::max<std::int64_t>(side.text, 0), image = std::max<std::int64_t>(side.image, 0);
  const auto rest = std::max<std::int64_t>(side.total - text - image, 0);
  return rest_is_text ? std::pair{text + rest, image} : std::pair{text, image + rest};
}

std::optional<TokenUsage> to_usage(const detail::OpenAiUsage& usage) {
  if (usage.input.total < 0 && usage.output.total < 0) return std::nullopt;
  const auto [input_text, input_image] = split(usage.input, true);
  const auto [output_text, output_image] = split(usage.output, false);
  return TokenUsage{input_text, input_image, output_image, output_text};
}

}  // namespace

struct OpenAiAnswerReader::State {
  enum class Kind : std::uint8_t { undecided, json, events };

  explicit State(OpenAiAnswerLimits limits)
      : parser(parser_options(), limits),
        events({[this](std::string_view name) { event_name = name; },
                [this](std::string_view piece) { take_event(piece); }, [this] { end_event(); }}),
        wanted(limits.images) {}

  boost::json::basic_parser<detail::OpenAiAnswerHandler> parser;
  JsonMender mender;
  EventStream events;
  std::size_t wanted;
  Kind kind = Kind::undecided;
  std::string start;  // until the kind is known
  std::string event_name, event_start;
  bool in_event = false, is_last_event = false;
  std::size_t mark = 0;       // bytes of a byte order mark seen
  std::optional<char> first;  // the first byte that is neither mark nor blank
  bool broken = false;
  std::size_t bytes = 0;
  std::size_t unreadable = 0;
  std::string head;  // the first bytes, for who must find out what this was

  detail::OpenAiAnswerHandler& handler() { return parser.handler(); }
  const detail::OpenAiAnswerHandler& handler() const { return parser.handler(); }

  // Takes a byte order mark and blanks off the front, wherever the pieces are cut.
  std::string_view skip_front(std::string_view text) {
    while (!first && !text.empty()) {
      if (mark < kByteOrderMark.size() && text.front() == kByteOrderMark[mark]) {
        ++mark;
      } else if (kBlanks.find(text.front()) == std::string_view::npos) {
        first = text.front();
        break;
      }
      text.remove_prefix(1);
    }
    return text;
  }

  void take(std::string_view text) {
    if (text.empty()) return;
    if (kind != Kind::undecided) return pass_on(text);
    start += text;
    const auto look = EventStream::look(start);
    if (look == EventStream::Look::too_short) return;
    kind = look == EventStream::Look::yes ? Kind::events : Kind::json;
    pass_on(start);
  }

  void pass_on(std::string_view text) {
    if (kind == Kind::events) return events.feed(text);
    parse(text);
  }

  void parse(std::string_view text) {
    if (broken || parser.done()) return;  // what follows the document cannot change it
    mender.feed(text, [this](std::string_view piece) { parse_mended(piece); });
  }

  void parse_mended(std::string_view text) {
    if (broken || parser.done()) return;
    boost::json::error_code failed;
    parser.write_some(true, text.data(), text.size(), failed);
    broken = failed.failed();
    if (broken || parser.done()) handler().end_document();
  }

  void take_event(std::string_view piece) {
    if (!in_event) begin_event();
    if (event_start.size() < kLastEvent.size()) event_start += piece.substr(0, kLastEvent.size() - event_start.size());
    parse(piece);
  }
  void begin_event() {
    in_event = true;
    event_start.clear();
    parser.reset();
    mender = JsonMender();
    broken = false;
    handler().begin_document(event_name);
  }
  // One that cannot be read, such as the last, says nothing about the others.
  void end_event() {
    if (event_start == kLastEvent) is_last_event = true;
    end();
    in_event = broken = false;
    event_name.clear(), event_start.clear();
  }

  // The document ends here, whether it is whole or not.
  void end() {
    if ((kind == Kind::json || in_event) && !broken && !parser.done()) handler().end_document();
  }

  bool is_done() const {
    if (kind == Kind::json) return !broken && parser.done();
    return kind == Kind::events && (is_last_event || handler().images.size() >= wanted);
  }

  std::string fault() const {
    if (!first) return bytes == 0 ? "the answer is empty" : "the answer is blank";
    if (kind == Kind::events) return "the answer's events have no picture";
    if (first == '<') return "the answer is HTML, expected JSON";
    if (first == '[') return "the answer is a JSON array, expected an object";
    if (first != '{') return "the answer is not JSON";
    if (broken) return "the answer is broken JSON";
    return "the answer's JSON stops in the middle, after " + std::to_string(bytes) + " bytes";
  }
};

OpenAiAnswerReader::OpenAiAnswerReader(OpenAiAnswerLimits limits) : state_(std::make_unique<State>(limits)) {}
OpenAiAnswerReader::~OpenAiAnswerReader() = default;

Result<void> OpenAiAnswerReader::on_data(ByteView data) {
  auto& state = *state_;
  state.bytes += data.size();
  const auto all = as_text(data);
  state.head.append(all.substr(0, kMaxKeptHead - std::min(state.head.size(), kMaxKeptHead)));
  const bool was_broken = state.broken && state.kind == State::Kind::json;
  state.take(state.skip_front(all));
  if (was_broken && (state.unreadable += data.size()) > kMaxUnreadable) return Error{Errc::bad_answer, state.fault()};
  return {};
}

BodyState OpenAiAnswerReader::state() const {
  const auto& state = *state_;
  if (state.is_done()) return BodyState::complete;
  if (state.handler().has_image() || state.handler().has_whole_error()) return BodyState::enough;
  const bool is_readable = state.kind == State::Kind::events || !state.first || (state.first == '{' && !state.broken);
  return is_readable && !state.handler().in_image() ? BodyState::waiting : BodyState::under_way;
}

Result<OpenAiAnswer> OpenAiAnswerReader::finish() {
  auto& state = *state_;
  auto& handler = state.handler();
  if (state.kind == State::Kind::undecided) state.kind = State::Kind::json;
  const bool is_whole = state.kind == State::Kind::events || (!state.broken && state.parser.done());
  state.end();
  if (!handler.has_image()) {
    if (!is_whole) return Error{Errc::bad_answer, state.fault()};
    if (!handler.has_data)
      return Error{Errc::bad_answer, state.kind == State::Kind::events ? state.fault() : "the answer has no data"};
    if (handler.images.empty()) return Error{Errc::bad_answer, "the answer's data is empty"};
  }
  for (auto& image : handler.images) {
    if (!is_valid_utf8(image.revised_prompt)) image.revised_prompt.clear();
  }
  return OpenAiAnswer{std::move(handler.images), to_usage(handler.usage)};
}

std::optional<OpenAiErrorBody> OpenAiAnswerReader::error_body() const {
  const auto& handler = state_->handler();
  const auto& told = handler.told;
  if (handler.error) {
    auto body = *handler.error;
    if (body.message.empty()) body.message = told.error.empty() ? told.message : told.error;
    return body;
  }
  const bool is_error = !told.error.empty() || (!handler.has_data && !told.code.empty());
  if (!is_error) return std::nullopt;
  OpenAiErrorBody body;
  body.code = told.code, body.type = told.type;
  body.message = told.error.empty() ? told.message : told.error;
  return body;
}

OpenAiTold OpenAiAnswerReader::told() const {
  auto told = state_->handler().told;
  told.text = state_->head;
  return told;
}

}  // namespace imagegen
