#pragma once
#include <imagegen/core/digest.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/provider/image_provider.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace imagegen::test {

/// A process that has been killed does nothing any more: thrown through it, from the step at which it died.
struct Killed {};

/// What one service has accepted, over all hosts that asked it. What it accepted, it bills.
struct Shop {
  struct Sale {
    std::string model, prompt;
    Usd billed;
    std::string sha256;       ///< Of the picture.
    bool has_arrived = true;  ///< The asker has the picture: from here on it must not be lost.
  };
  std::vector<Sale> sales;

  std::size_t sold(const std::string& prompt) const {
    std::size_t count = 0;
    for (const auto& sale : sales) count += sale.prompt == prompt ? 1 : 0;
    return count;
  }
};

/// A host's way to the shop, which may fail in every way that a provider's answer can.
class ShopProvider final : public ImageProvider {
 public:
  /// \param is_dead Whether the host was killed.
  ShopProvider(Shop& shop, std::string model, std::function<bool()> is_dead)
      : shop_(shop), is_dead_(std::move(is_dead)) {
    capability_.provider = "shop";
    ModelCapability sold;
    sold.model = std::move(model), sold.default_quality = "high", sold.sizes = SizeList{{{96, 64}}};
    capability_.models.push_back(std::move(sold));
  }
  std::mt19937* random = nullptr;         ///< Decides what happens; null: nothing does.
  bool loses_pictures = false;            ///< Some 2xx name a picture that cannot be had.
  std::optional<std::size_t> last_sale;  ///< Which sale the last submit() was, if it was one.

  const ProviderCapability& capability() const override { return capability_; }
  Task<Result<void>> check(Deadline) override { co_return Result<void>(); }

  Task<Result<Submission>> submit(ImageRequest request, CallContext) override {
    if (is_dead_()) throw Killed();
    last_sale.reset();
    const auto luck = random == nullptr ? 100U : (*random)() % 100;
    if (luck < 3) co_return failure(Errc::unavailable, Retry::later, Delivery::not_sent);
    if (luck < 6) co_return failure(Errc::rate_limited, Retry::later, Delivery::answered);
    if (luck < 8) co_return failure(Errc::content_refused, Retry::never, Delivery::answered);
    auto images = sell(request);
    if (loses_pictures && luck < 40) {
      shop_.sales.back().has_arrived = false;
      co_return failure(luck < 27 ? Errc::not_found : Errc::permission_denied, Retry::never, Delivery::answered, Billing::maybe);
    }
    if (luck < 14) shop_.sales.back().has_arrived = false;
    if (luck < 11) co_return failure(Errc::unavailable, Retry::never, Delivery::unknown);
    if (luck < 14) co_return failure(Errc::bad_answer, Retry::never, Delivery::answered, Billing::maybe);  // a 2xx without a picture
    co_return Submission(std::move(images));
  }

 private:
  static Error failure(Errc code, Retry retry, Delivery delivery, Billing billing = Billing::by_delivery) {
    Error error(code, "the shop said so");
    error.retry = retry, error.delivery = delivery, error.billing = billing;
    return error;
  }

  // No picture is like another, so that it can be known again. Some are dearer than they were estimated.
  GeneratedImages sell(const ImageRequest& request) {
    const auto number = shop_.sales.size() + 1;
    const auto size = pixels_of(request);
    Bitmap bitmap{size, 3, Bytes(static_cast<std::size_t>(size.width * size.height) * 3)};
    for (std::size_t i = 0; i < bitmap.pixels.size(); ++i)
      bitmap.pixels[i] = static_cast<std::uint8_t>(i * number + i / 300 + number);
    GeneratedImages images;
    images.images.push_back({encode_png(bitmap).value(), {}});
    images.request_id = "sale-" + std::to_string(number);
    const std::int64_t tokens = number % 4 == 0 ? 2000 : 1000;
    images.usage = TokenUsage{0, 0, tokens, 0};
    const auto dollars = static_cast<double>(tokens) / 1000 * (request.model == "dear" ? 0.2 : 0.04);
    shop_.sales.push_back({request.model, request.prompt.text, Usd::from_dollars(dollars),
                           to_hex(sha256(images.images.front().file))});
    last_sale = number - 1;
    return images;
  }

  Shop& shop_;
  std::function<bool()> is_dead_;
  ProviderCapability capability_;
};

/// A picture is estimated at what 1,000 tokens cost.
inline constexpr std::string_view kShopPrices = R"({"models":[
  {"provider":"shop","model":"cheap","date":"2026-11-01","source":"a test",
   "per_image":0.04,"per_million_tokens":{"output_image":40}},
  {"provider":"shop","model":"dear","date":"2026-11-01","source":"a test",
   "per_image":0.2,"per_million_tokens":{"output_image":200}}]})";

}  // namespace imagegen::test
