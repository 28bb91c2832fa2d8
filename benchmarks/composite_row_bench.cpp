#include "image/kernels/composite_row.hpp"

#include <benchmark/benchmark.h>

#include "support/random_samples.hpp"

namespace imagegen::kernels {
namespace {

void BM_CompositeRow(benchmark::State& state) {
  const auto pixels = static_cast<std::size_t>(state.range(0));
  const auto base = bench::random_samples<std::uint8_t>(3 * pixels, 0, 255, 1);
  const auto edited = bench::random_samples<std::uint8_t>(3 * pixels, 0, 255, 2);
  const auto mask = bench::random_samples<std::uint8_t>(pixels, 0, 255, 3);
  std::vector<std::uint8_t> out(3 * pixels), expected(3 * pixels);
  composite_row_reference(base, edited, mask, expected);
  composite_row(base, edited, mask, out);
  if (out != expected) return state.SkipWithError("differs from composite_row_reference");
  for (auto _ : state) {
    composite_row(base, edited, mask, out);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0) * 10);  // seven read, three written
}
BENCHMARK(BM_CompositeRow)->Arg(320)->Arg(1536)->Arg(1537);  // a thumbnail, a master, a tail

void BM_CompositeRowReference(benchmark::State& state) {
  const auto pixels = static_cast<std::size_t>(state.range(0));
  const auto base = bench::random_samples<std::uint8_t>(3 * pixels, 0, 255, 1);
  const auto edited = bench::random_samples<std::uint8_t>(3 * pixels, 0, 255, 2);
  const auto mask = bench::random_samples<std::uint8_t>(pixels, 0, 255, 3);
  std::vector<std::uint8_t> out(3 * pixels);
  for (auto _ : state) {
    composite_row_reference(base, edited, mask, out);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0) * 10);
}
BENCHMARK(BM_CompositeRowReference)->Arg(1536);

}  // namespace
}  // namespace imagegen::kernels
