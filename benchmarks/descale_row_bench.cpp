#include "image/kernels/descale_row.hpp"

#include <benchmark/benchmark.h>

#include "support/random_samples.hpp"

namespace imagegen::kernels {
namespace {

void BM_DescaleRow(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto acc = bench::random_samples<std::int32_t>(count, -500'000, 5'000'000, 1);
  std::vector<std::int16_t> out(count), expected(count);
  descale_row_reference(acc, -2'097'088, 7, expected);
  descale_row(acc, -2'097'088, 7, out);
  if (out != expected) return state.SkipWithError("differs from descale_row_reference");
  for (auto _ : state) {
    descale_row(acc, -2'097'088, 7, out);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0) * 6);  // four read, two written
}
BENCHMARK(BM_DescaleRow)->Arg(960)->Arg(4608)->Arg(4609);  // a thumbnail, a master, a tail

}  // namespace
}  // namespace imagegen::kernels
