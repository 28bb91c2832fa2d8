#include "image/kernels/resample_row.hpp"

#include <benchmark/benchmark.h>

#include "image/kernels/fixed_point.hpp"
#include "image/resample_axis.hpp"
#include "support/random_samples.hpp"

namespace imagegen::kernels {
namespace {

// Arguments: source and output pixels of a row, channels.
void BM_ResampleRow(benchmark::State& state) {
  const auto length = static_cast<double>(state.range(0));
  const auto axis = detail::quantised(detail::exact_axis({0, length, length}, static_cast<int>(state.range(1)), {}), 2);
  const int channels = static_cast<int>(state.range(2));
  const auto samples = static_cast<std::size_t>((state.range(0) + axis.taps) * channels + kRowPadding);
  const auto row = bench::random_samples<std::int16_t>(samples, -16'384, 16'383, 1);
  const auto written = static_cast<std::size_t>(state.range(1) * channels);
  std::vector<std::int16_t> out(written + kRowPadding), expected(written + kRowPadding);
  const RowTaps taps{axis.starts, axis.weights.data(), axis.taps};
  resample_row_reference(row.data(), taps, channels, expected.data());
  resample_row(row.data(), taps, channels, out.data());
  if (!std::equal(out.begin(), out.end() - kRowPadding, expected.begin())) {
    return state.SkipWithError("differs from resample_row_reference");
  }
  for (auto _ : state) {
    resample_row(row.data(), taps, channels, out.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * state.range(1));  // pixels made
}
// A hero from a master, a smaller one, a thumbnail; a hero with alpha; a grey one; a tail.
BENCHMARK(BM_ResampleRow)->Args({1536, 1920, 3})->Args({1536, 1200, 3})->Args({3840, 320, 3})->Args({1536, 1920, 4});
BENCHMARK(BM_ResampleRow)->Args({1536, 1920, 1})->Args({1537, 1921, 3});

}  // namespace
}  // namespace imagegen::kernels
