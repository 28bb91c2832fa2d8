#include "image/kernels/unpremultiply_row.hpp"

#include <benchmark/benchmark.h>

#include "support/random_samples.hpp"

namespace imagegen::kernels {
namespace {

void BM_UnpremultiplyRow(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto row = bench::random_samples<std::int16_t>(count, -17'000, 17'000, 1);
  std::vector<std::uint8_t> out(count), expected(count);
  unpremultiply_row_reference(row, expected);
  unpremultiply_row(row, out);
  if (out != expected) return state.SkipWithError("differs from unpremultiply_row_reference");
  for (auto _ : state) {
    unpremultiply_row(row, out);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0) * 3);  // two read, one written
}
BENCHMARK(BM_UnpremultiplyRow)->Arg(1280)->Arg(7680)->Arg(7684);  // a thumbnail, a hero, a tail

}  // namespace
}  // namespace imagegen::kernels
