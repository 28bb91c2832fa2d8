#include "provider/openai/openai_answer.hpp"

#include <imagegen/core/utf8.hpp>

#include <algorithm>
#include <utility>

#include "provider/common/answer_stream.hpp"
#include "provider/openai/openai_answer_handler.hpp"

namespace imagegen {
namespace {

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
  explicit State(OpenAiAnswerLimits limits) : stream(limits) {}
  AnswerStream<detail::OpenAiAnswerHandler> stream;
};

OpenAiAnswerReader::OpenAiAnswerReader(OpenAiAnswerLimits limits) : state_(std::make_unique<State>(limits)) {}
OpenAiAnswerReader::~OpenAiAnswerReader() = default;

Result<void> OpenAiAnswerReader::on_data(ByteView data) {
  return state_->stream.feed(data);
}

BodyState OpenAiAnswerReader::state() const {
  return state_->stream.state();
}

Result<OpenAiAnswer> OpenAiAnswerReader::finish() {
  auto& stream = state_->stream;
  auto& handler = stream.handler();
  const bool is_whole = stream.finish();
  if (!handler.has_image()) {
    if (!is_whole) return Error{Errc::bad_answer, stream.fault()};
    if (!handler.has_data)
      return Error{Errc::bad_answer, stream.is_events() ? stream.fault() : "the answer has no data"};
    if (handler.images.empty()) return Error{Errc::bad_answer, "the answer's data is empty"};
  }
  for (auto& image : handler.images) {
    if (!is_valid_utf8(image.revised_prompt)) image.revised_prompt.clear();
  }
  return OpenAiAnswer{std::move(handler.images), to_usage(handler.usage)};
}

std::optional<ForeignError> OpenAiAnswerReader::error_body() const {
  const auto& handler = state_->stream.handler();
  const auto& told = handler.told;
  if (handler.error) {
    auto body = *handler.error;
    if (body.message.empty()) body.message = told.error.empty() ? told.message : told.error;
    return body;
  }
  const bool is_error = !told.error.empty() || (!handler.has_data && !told.code.empty());
  if (!is_error) return std::nullopt;
  ForeignError body;
  body.code = told.code, body.type = told.type;
  body.message = told.error.empty() ? told.message : told.error;
  return body;
}

OpenAiTold OpenAiAnswerReader::told() const {
  auto told = state_->stream.handler().told;
  told.text = state_->stream.head();
  return told;
}

}  // namespace imagegen
