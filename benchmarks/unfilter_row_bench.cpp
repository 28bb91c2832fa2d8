#include "image/kernels/unfilter_row.hpp"

#include <benchmark/benchmark.h>

#include "support/random_samples.hpp"

namespace imagegen::kernels {
namespace {

// Arguments: filter, bytes of a pixel, pixels.
void BM_UnfilterRow(benchmark::State& state) {
  const auto filter = static_cast<PngFilter>(state.range(0));
  const int pixel_bytes = static_cast<int>(state.range(1));
  const auto count = static_cast<std::size_t>(state.range(1) * state.range(2));
  const auto filtered = bench::random_samples<std::uint8_t>(count, 0, 255, 1);
  const auto above = bench::random_samples<std::uint8_t>(count, 0, 255, 2);
  std::vector<std::uint8_t> out(count), expected(count);
  unfilter_row_reference(filter, filtered, above.data(), pixel_bytes, expected.data());
  unfilter_row(filter, filtered, above.data(), pixel_bytes, out.data());
  if (out != expected) return state.SkipWithError("differs from unfilter_row_reference");
  for (auto _ : state) {
    unfilter_row(filter, filtered, above.data(), pixel_bytes, out.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(count));
}
BENCHMARK(BM_UnfilterRow)->ArgsProduct({{1, 2, 3, 4}, {3, 4, 6, 8}, {1536, 1537}});  // a master, a tail

}  // namespace
}  // namespace imagegen::kernels
