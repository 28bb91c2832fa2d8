#include "image/kernels/resample_plane_row.hpp"

#include <benchmark/benchmark.h>

#include "image/kernels/fixed_point.hpp"
#include "image/resample_axis.hpp"
#include "support/random_samples.hpp"

namespace imagegen::kernels {
namespace {

// Arguments: source and output samples of a row.
void BM_ResamplePlaneRow(benchmark::State& state) {
  const auto length = static_cast<double>(state.range(0));
  const auto exact = detail::exact_axis({0, length, length}, static_cast<int>(state.range(1)), {});
  const auto axis = detail::quantised(exact, kPlaneTaps);
  const auto samples = static_cast<std::size_t>(state.range(0) + axis.taps + kRowPadding);
  const auto row = bench::random_samples<std::int16_t>(samples, -16'384, 16'383, 1);
  std::vector<std::int16_t> out(static_cast<std::size_t>(state.range(1))), expected(out.size());
  const RowTaps taps{axis.starts, axis.weights.data(), axis.taps};
  resample_row_reference(row.data(), taps, 1, expected.data());
  resample_plane_row(row.data(), taps, out.data());
  if (out != expected) return state.SkipWithError("differs from resample_row_reference");
  for (auto _ : state) {
    resample_plane_row(row.data(), taps, out.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * state.range(1));  // samples made
}
// A hero from a master, its colour, a smaller one, a thumbnail, a tail.
BENCHMARK(BM_ResamplePlaneRow)->Args({1536, 1920})->Args({768, 960})->Args({1536, 1200})->Args({3840, 320});
BENCHMARK(BM_ResamplePlaneRow)->Args({1537, 1921});

}  // namespace
}  // namespace imagegen::kernels
