#include "image/kernels/premultiply_row.hpp"

#include <benchmark/benchmark.h>

#include "support/random_samples.hpp"

namespace imagegen::kernels {
namespace {

void BM_PremultiplyRow(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto rgba = bench::random_samples<std::uint8_t>(count, 0, 255, 1);
  std::vector<std::int16_t> out(count), expected(count);
  premultiply_row_reference(rgba, expected);
  premultiply_row(rgba, out);
  if (out != expected) return state.SkipWithError("differs from premultiply_row_reference");
  for (auto _ : state) {
    premultiply_row(rgba, out);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0) * 3);  // one read, two written
}
BENCHMARK(BM_PremultiplyRow)->Arg(1280)->Arg(6144)->Arg(6148);  // a thumbnail, a master, a tail

}  // namespace
}  // namespace imagegen::kernels
