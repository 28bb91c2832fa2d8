#include <imagegen/image/resize.hpp>

#include <benchmark/benchmark.h>

#include "support/random_samples.hpp"

namespace imagegen {
namespace {

// Arguments: source width and height, output width and height, channels. One thread, all in memory.
void BM_Resize(benchmark::State& state) {
  const PixelSize from{static_cast<int>(state.range(0)), static_cast<int>(state.range(1))};
  const PixelSize to{static_cast<int>(state.range(2)), static_cast<int>(state.range(3))};
  Bitmap source{from, static_cast<int>(state.range(4)), {}};
  source.pixels =
      bench::random_samples<std::uint8_t>(source.stride_bytes() * static_cast<std::size_t>(from.height), 0, 255, 1);
  for (auto _ : state) {
    auto resized = resize(source, {0, 0, from.width, from.height}, to);
    if (!resized) return state.SkipWithError("resize failed");
    benchmark::DoNotOptimize(resized->pixels.data());
  }
  state.SetItemsProcessed(state.iterations() * to.width * to.height);
}
BENCHMARK(BM_Resize)
    ->Args({1536, 1024, 1920, 1280, 3})
    ->Args({1536, 1024, 1200, 800, 3})
    ->Args({1536, 1024, 1200, 800, 4});
BENCHMARK(BM_Resize)->Args({3840, 2160, 1920, 1080, 3})->Args({3840, 2160, 400, 300, 3});

}  // namespace
}  // namespace imagegen
