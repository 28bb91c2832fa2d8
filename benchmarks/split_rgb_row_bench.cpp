#include "image/kernels/split_rgb_row.hpp"

#include <benchmark/benchmark.h>

#include "support/random_samples.hpp"

namespace imagegen::kernels {
namespace {

void BM_SplitRgbRow(benchmark::State& state) {
  const auto pixels = static_cast<std::size_t>(state.range(0));
  const auto rgb = bench::random_samples<std::uint8_t>(3 * pixels, 0, 255, 1);
  std::vector<std::uint8_t> out(3 * pixels), expected(3 * pixels);
  const auto plane = [pixels](std::vector<std::uint8_t>& planes, std::size_t i) { return planes.data() + i * pixels; };
  split_rgb_row_reference(rgb, plane(expected, 0), plane(expected, 1), plane(expected, 2));
  split_rgb_row(rgb, plane(out, 0), plane(out, 1), plane(out, 2));
  if (out != expected) return state.SkipWithError("differs from split_rgb_row_reference");
  for (auto _ : state) {
    split_rgb_row(rgb, plane(out, 0), plane(out, 1), plane(out, 2));
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0) * 6);  // three read, three written
}
BENCHMARK(BM_SplitRgbRow)->Arg(320)->Arg(1536)->Arg(1537);  // a thumbnail, a master, a tail

}  // namespace
}  // namespace imagegen::kernels
