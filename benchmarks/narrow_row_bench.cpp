#include "image/kernels/narrow_row.hpp"

#include <benchmark/benchmark.h>

#include "support/random_samples.hpp"

namespace imagegen::kernels {
namespace {

void BM_NarrowRow(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto row = bench::random_samples<std::int16_t>(count, -20'000, 20'000, 1);
  std::vector<std::uint8_t> out(count), expected(count);
  narrow_row_reference(row, expected);
  narrow_row(row, out);
  if (out != expected) return state.SkipWithError("differs from narrow_row_reference");
  for (auto _ : state) {
    narrow_row(row, out);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0) * 3);  // two read, one written
}
BENCHMARK(BM_NarrowRow)->Arg(960)->Arg(5760)->Arg(5761);  // a thumbnail, a hero, a tail

}  // namespace
}  // namespace imagegen::kernels
