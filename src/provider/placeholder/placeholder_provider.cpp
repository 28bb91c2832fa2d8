#include <imagegen/maker/core/shield.hpp>
#include <imagegen/provider/placeholder.hpp>

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace imagegen {
namespace {

constexpr std::int64_t kMostPixels = 40'000'000;
constexpr int kLongestSide = 8192;  // px

ProviderCapability placeholder_capability(std::string name, const ModelTable& models) {
  ProviderCapability capability;
  capability.provider = std::move(name), capability.host = "placeholder";
  capability.paid = false;
  capability.models = models.of(capability.host);
  if (capability.models.empty()) capability.models = ModelTable::built_in().of(capability.host);
  for (ModelCapability& model : capability.models) {
    // What a row cannot give it.
    if (auto* rule = std::get_if<SizeRule>(&model.sizes)) {
      rule->max_pixels = std::min<std::int64_t>(rule->max_pixels, kMostPixels);
      rule->max_side = std::min(rule->max_side, kLongestSide);
    }
    model.trained = false;
    model.references = {}, model.mask = {}, model.formats = {ImageFormat::png};
    model.negative = model.strength = model.steps = model.guidance = model.partial_images = model.extras = false;
  }
  return capability;
}

class PlaceholderProvider final : public ImageProvider {
 public:
  PlaceholderProvider(BitmapEncoder encode, ThreadPool& pool, std::string name, const ModelTable& models)
      : capability_(placeholder_capability(std::move(name), models)), encode_(std::move(encode)), pool_(pool) {}

  const ProviderCapability& capability() const override { return capability_; }

  Task<Result<Submission>> submit(ImageRequest request, CallContext) override {
    const auto adapted = adapt(capability_, std::move(request), Strictness::strict);
    if (!adapted) co_return adapted.error();
    // A cancelled call ends with a Result, not with an exception from the next co_await.
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    GeneratedImages images;
    const auto& wanted = adapted->request;
    for (int i = 0; i < wanted.count; ++i) {
      const auto seed = wanted.seed.value_or(0) + static_cast<std::uint64_t>(i);
      auto file = co_await draw_one(wanted.prompt.text, pixels_of(wanted), seed);
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

  const ProviderCapability capability_;
  BitmapEncoder encode_;
  ThreadPool& pool_;
};

}  // namespace

std::unique_ptr<ImageProvider> make_placeholder_provider(BitmapEncoder encode, ThreadPool& pool, std::string name,
                                                         const ModelTable& models) {
  return std::make_unique<PlaceholderProvider>(std::move(encode), pool, std::move(name), models);
}

}  // namespace imagegen
