#include <imagegen/core/shield.hpp>
#include <imagegen/provider/placeholder.hpp>

#include <boost/asio/this_coro.hpp>

#include <string_view>
#include <utility>

namespace imagegen {
namespace {

ProviderCapability placeholder_capability() {
  ProviderCapability capability;
  capability.provider = "placeholder";
  capability.model = "placeholder-1";
  capability.sizes.min_pixels = 16 * 16;
  capability.sizes.max_pixels = 40'000'000;
  capability.sizes.max_side = 8192;
  capability.sizes.max_aspect = 8192.0 / 16.0;
  capability.max_images_per_call = 4;
  capability.paid = false;
  capability.trained_model = false;
  capability.takes_seed = true;
  return capability;
}

class PlaceholderProvider final : public ImageProvider {
 public:
  PlaceholderProvider(BitmapEncoder encode, ThreadPool& pool) : encode_(std::move(encode)), pool_(pool) {}

  ProviderCapability capability() const override { return placeholder_capability(); }

  Task<Result<Submission>> submit(ImageRequest request, Deadline) override {
    if (auto fine = check_request(capability(), request); !fine) co_return fine.error();
    // A cancelled call ends with a Result, not with an exception from the next co_await.
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    GeneratedImages images;
    for (int i = 0; i < request.count; ++i) {
      const auto seed = request.seed.value_or(0) + static_cast<std::uint64_t>(i);
      auto file = co_await draw_one(request.prompt.text, request.size, seed);
      if (!file) co_return file.error();
      images.images.push_back({std::move(*file), {}});
    }
    co_return Submission{std::move(images)};
  }

  Task<Result<void>> check(Deadline) override { co_return Result<void>{}; }

 private:
  // Drawing and encoding are two pieces of work, so that a cancelled call does not wait for both.
  Task<Result<Bytes>> draw_one(std::string_view prompt, PixelSize size, std::uint64_t seed) {
    const Error cancelled{Errc::cancelled, "cancelled while drawing"};
    if (co_await is_cancelled()) co_return cancelled;
    const Bitmap picture = co_await pool_.run([&] { return draw_placeholder(prompt, size, seed); });
    if (co_await is_cancelled()) co_return cancelled;
    co_return co_await pool_.run([&] { return encode_(picture); });
  }

  BitmapEncoder encode_;
  ThreadPool& pool_;
};

}  // namespace

std::unique_ptr<ImageProvider> make_placeholder_provider(BitmapEncoder encode, ThreadPool& pool) {
  return std::make_unique<PlaceholderProvider>(std::move(encode), pool);
}

}  // namespace imagegen
