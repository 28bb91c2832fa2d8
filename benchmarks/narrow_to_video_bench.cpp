#include "image/kernels/narrow_to_video.hpp"

#include <benchmark/benchmark.h>

#include "support/random_samples.hpp"

namespace imagegen::kernels {
namespace {

void BM_NarrowToVideo(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto row = bench::random_samples<std::int16_t>(count, -20'000, 20'000, 1);
  std::vector<std::uint8_t> out(count), expected(count);
  narrow_to_video_reference(row, kVideoBrightness, expected);
  narrow_to_video(row, kVideoBrightness, out);
  if (out != expected) return state.SkipWithError("differs from narrow_to_video_reference");
  for (auto _ : state) {
    narrow_to_video(row, kVideoBrightness, out);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0) * 3);  // two read, one written
}
BENCHMARK(BM_NarrowToVideo)->Arg(320)->Arg(1920)->Arg(1921);  // a thumbnail, a hero, a tail

}  // namespace
}  // namespace imagegen::kernels
