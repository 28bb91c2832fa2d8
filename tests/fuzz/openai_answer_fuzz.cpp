#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "provider/openai/openai_answer.hpp"

/// \file An answer must be read the same however the network cuts it. The first byte of the input chooses the pieces.
namespace {

using namespace imagegen;

constexpr OpenAiAnswerLimits kLimits{3, 4096};

struct Outcome {
  Result<OpenAiAnswer> answer;
  bool has_error_body;
};

Outcome read(ByteView body, std::size_t piece) {
  OpenAiAnswerReader reader(kLimits);
  while (!body.empty()) {
    const auto size = piece < body.size() ? piece : body.size();
    if (auto fed = reader.on_data(body.first(size)); !fed) return {fed.error(), reader.error_body().has_value()};
    body = body.subspan(size);
  }
  auto answer = reader.finish();
  return {std::move(answer), reader.error_body().has_value()};
}

bool same(const FoundImage& a, const FoundImage& b) {
  return a.file == b.file && a.url == b.url && a.revised_prompt == b.revised_prompt && a.fault == b.fault;
}

bool same(const Outcome& a, const Outcome& b) {
  if (a.has_error_body != b.has_error_body || a.answer.has_value() != b.answer.has_value()) return false;
  if (!a.answer) return a.answer.error() == b.answer.error();
  const auto &left = a.answer->images, &right = b.answer->images;
  if (left.size() != right.size() || a.answer->usage != b.answer->usage) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!same(left[i], right[i])) return false;
  }
  return true;
}

// What the caller relies on, whatever came.
bool holds(const Outcome& outcome) {
  if (!outcome.answer)
    return outcome.answer.error().code == Errc::bad_answer && !outcome.answer.error().message.empty();
  if (outcome.answer->images.empty() || outcome.answer->images.size() > kLimits.images) return false;
  for (const auto& image : outcome.answer->images) {
    if (image.file.size() > kLimits.image_bytes) return false;
    if (image.file.empty() && image.url.empty() && !image.fault) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView body(data + 1, size - 1);
  const auto whole = read(body, body.size());
  if (!holds(whole) || !same(whole, read(body, data[0] % 64U + 1)) || !same(whole, read(body, 1))) std::abort();
  return 0;
}
