#include "provider/openai/openai_answer.hpp"

#include <imagegen/core/utf8.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>

#include "provider/openai/openai_answer_handler.hpp"

namespace imagegen {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\n";
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
  explicit State(OpenAiAnswerLimits limits) : parser(parser_options(), limits) {}

  boost::json::basic_parser<detail::OpenAiAnswerHandler> parser;
  std::size_t mark = 0;       // bytes of a byte order mark seen
  std::optional<char> first;  // the first byte that is neither mark nor blank
  bool broken = false;
  std::size_t bytes = 0;
  std::size_t unreadable = 0;

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

  void parse(std::string_view text) {
    if (text.empty() || parser.done()) return;  // what follows the document cannot change it
    boost::json::error_code failed;
    parser.write_some(true, text.data(), text.size(), failed);
    broken = failed.failed();
  }

  std::string fault() const {
    if (!first) return bytes == 0 ? "the answer is empty" : "the answer is blank";
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
  const auto text = state.skip_front(as_text(data));
  if (!state.broken) {
    state.parse(text);
  } else if ((state.unreadable += data.size()) > kMaxUnreadable) {
    return Error{Errc::bad_answer, state.fault()};
  }
  return {};
}

Result<OpenAiAnswer> OpenAiAnswerReader::finish() {
  auto& handler = state_->parser.handler();
  if (state_->broken || !state_->parser.done()) return Error{Errc::bad_answer, state_->fault()};
  if (!handler.has_data) return Error{Errc::bad_answer, "the answer has no data"};
  if (handler.images.empty()) return Error{Errc::bad_answer, "the answer's data is empty"};
  for (auto& image : handler.images) {
    if (!is_valid_utf8(image.revised_prompt)) image.revised_prompt.clear();
  }
  return OpenAiAnswer{std::move(handler.images), to_usage(handler.usage)};
}

const std::optional<OpenAiErrorBody>& OpenAiAnswerReader::error_body() const {
  return state_->parser.handler().error;
}

}  // namespace imagegen
