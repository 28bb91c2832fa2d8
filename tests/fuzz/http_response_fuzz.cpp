// Answers come from anywhere. However the bytes are cut, the reader must make the same of them.
#include "http/response_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace {

using namespace imagegen;

void expect(bool held) {
  if (!held) __builtin_trap();
}

struct Outcome {
  std::optional<HttpResponse> response;
  bool unfinished = false;
};

// Feeds `wire` in pieces of at most `step` bytes, then the end of the connection.
Outcome read(ByteView wire, std::size_t step) {
  ResponseLimits limits;
  limits.max_header_bytes = 1024;
  limits.max_body_bytes = 4096;
  ResponseReader reader(limits);
  while (!wire.empty() && !reader.done()) {
    const auto piece = wire.first(std::min(step, wire.size()));
    if (!reader.feed(piece)) return {};
    wire = wire.subspan(piece.size());
  }
  if (!reader.end_of_stream()) return {std::nullopt, true};
  expect(reader.done() && reader.has_status());
  Outcome out{reader.take()};
  expect(out.response->body.size() <= limits.max_body_bytes);
  expect(out.response->status >= 200);
  return out;
}

void expect_same(const HttpResponse& one, const HttpResponse& other) {
  const auto same = [](const HttpHeader& a, const HttpHeader& b) { return a.name == b.name && a.value == b.value; };
  const auto& ours = one.headers.entries();
  const auto& theirs = other.headers.entries();
  expect(one.status == other.status && one.body == other.body);
  expect(std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(), same));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView wire(data, size);
  const auto whole = read(wire, size);
  for (const std::size_t step : {1U, 7U, 64U}) {
    const auto pieces = read(wire, step);
    // Limits are looked at when bytes arrive, so a cut may move where an answer is given up, but not what it says.
    if (whole.response && pieces.response) expect_same(*whole.response, *pieces.response);
  }
  return 0;
}
