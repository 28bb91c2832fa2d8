#include "image/kernels/accumulate_rows.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>

#include "support/random_samples.hpp"

namespace imagegen::kernels {
namespace {

template <class Sample>
bool matches_reference(const std::vector<const Sample*>& rows, const std::vector<std::int16_t>& weights,
                       std::size_t count) {
  std::vector<std::int32_t> expected(count, 3), found(count, 3);
  accumulate_rows_reference(rows, weights.data(), expected);
  accumulate_rows(rows, weights.data(), found);
  return expected == found;
}

// First argument: samples of a row; second: taps.
template <class Sample>
void BM_AccumulateRows(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto taps = static_cast<std::size_t>(state.range(1));
  const auto samples = bench::random_samples<Sample>(count * taps, 0, 255, 1);
  const auto weights = bench::random_samples<std::int16_t>(taps, -2000, 9000, 2);
  std::vector<const Sample*> rows;
  for (std::size_t k = 0; k < taps; ++k) rows.push_back(&samples[k * count]);
  if (!matches_reference(rows, weights, count)) return state.SkipWithError("differs from accumulate_rows_reference");
  std::vector<std::int32_t> acc(count);
  for (auto _ : state) {
    std::fill(acc.begin(), acc.end(), 0);
    accumulate_rows(rows, weights.data(), acc);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0) * state.range(1));  // one multiplication each
}
// A row of a master of 1536 px in RGB, upscaled and shrunk to a third; a thumbnail; a tail.
BENCHMARK(BM_AccumulateRows<std::uint8_t>)->Args({4608, 6})->Args({4608, 16})->Args({960, 6})->Args({4609, 6});
BENCHMARK(BM_AccumulateRows<std::int16_t>)->Args({6144, 6})->Args({6145, 6});

}  // namespace
}  // namespace imagegen::kernels
