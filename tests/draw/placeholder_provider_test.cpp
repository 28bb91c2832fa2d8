#include <imagegen/provider/placeholder.hpp>

#include <gtest/gtest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <future>
#include <optional>

#include "support/matchers.hpp"
#include "support/run_task.hpp"

namespace imagegen {
namespace {

using test::FailsSaying;
using test::FailsWith;
using test::IsOk;
using testing::HasSubstr;

// A file format of our own: the size, then the pixels.
Result<Bytes> encode_plainly(const Bitmap& picture) {
  Bytes file = to_bytes(to_string(picture.size) + "\n");
  file.insert(file.end(), picture.pixels.begin(), picture.pixels.end());
  return file;
}

Bytes plainly(std::string_view prompt, PixelSize size, std::uint64_t seed) {
  return *encode_plainly(draw_placeholder(prompt, size, seed));
}

ImageRequest request_for(PixelSize size, std::optional<std::uint64_t> seed = {}) {
  ImageRequest request;
  request.prompt.text = "a card on a table";
  request.size = size;
  request.seed = seed;
  return request;
}

class PlaceholderProvider : public testing::Test {
 protected:
  template <class T>
  T finished(Task<T> task) {
    std::optional<T> value;
    auto keep = [&value](Task<T> inner) -> Task<void> { value.emplace(co_await std::move(inner)); };
    boost::asio::co_spawn(io_, keep(std::move(task)), boost::asio::detached);
    test::run_until(io_, [&] { return value.has_value(); });
    return std::move(*value);
  }

  Result<std::vector<Bytes>> files_for(const ImageRequest& request) {
    auto submission = finished(provider_->submit(request, Deadline::never()));
    if (!submission) return submission.error();
    std::vector<Bytes> files;
    for (auto& image : std::get<GeneratedImages>(*submission).images) files.push_back(std::move(image.file));
    return files;
  }

  boost::asio::io_context io_;  // outlives the pool, whose threads may still be leaving it when a task has ended
  ThreadPool pool_{2};
  std::unique_ptr<ImageProvider> provider_ = make_placeholder_provider(encode_plainly, pool_);
};

TEST_F(PlaceholderProvider, CostsNothingAndTakesASeed) {
  const auto capability = provider_->capability();
  EXPECT_EQ(capability.provider, "placeholder");
  ASSERT_EQ(capability.models.size(), 1U);
  const auto& model = capability.models.front();
  EXPECT_EQ(model.model, "placeholder-1");
  EXPECT_FALSE(capability.paid);
  EXPECT_TRUE(model.seed);
  EXPECT_TRUE(std::holds_alternative<SizeRule>(model.sizes));
}

TEST_F(PlaceholderProvider, OffersEverySizeUpTo40MillionPixels) {
  const auto offer = std::get<SizeRule>(provider_->capability().models.front().sizes);
  for (const PixelSize size : {PixelSize{16, 16}, {16, 8192}, {8192, 16}, {1921, 801}, {8000, 5000}})
    EXPECT_TRUE(allows(offer, size));
  for (const PixelSize size : {PixelSize{15, 15}, {8193, 100}, {8192, 8192}}) EXPECT_FALSE(allows(offer, size));
}

TEST_F(PlaceholderProvider, GivesThePictureOfPromptSizeAndSeed) {
  const auto files = files_for(request_for({64, 48}, 9));
  ASSERT_THAT(files, IsOk());
  ASSERT_EQ(files->size(), 1U);
  EXPECT_EQ(files->front(), plainly("a card on a table", {64, 48}, 9));
}

TEST_F(PlaceholderProvider, CountsUpFromTheSeedForSeveralImages) {
  auto request = request_for({64, 48});
  request.count = 3;
  const auto files = files_for(request);
  ASSERT_THAT(files, IsOk());
  ASSERT_EQ(files->size(), 3U);
  EXPECT_EQ((*files)[0], plainly("a card on a table", {64, 48}, 0));
  EXPECT_EQ((*files)[2], plainly("a card on a table", {64, 48}, 2));
}

TEST_F(PlaceholderProvider, RefusesWhatItDoesNotOffer) {
  EXPECT_THAT(files_for(request_for({8193, 100})), FailsSaying(Errc::invalid_argument, HasSubstr("size")));
  auto request = request_for({64, 48});
  request.count = 5;
  EXPECT_THAT(files_for(request), FailsSaying(Errc::invalid_argument, HasSubstr("count")));
  request = request_for({64, 48});
  request.prompt.text = " ";
  EXPECT_THAT(files_for(request), FailsSaying(Errc::invalid_argument, HasSubstr("prompt")));
}

TEST_F(PlaceholderProvider, PassesOnWhatTheEncoderSays) {
  provider_ = make_placeholder_provider(
      [](const Bitmap&) -> Result<Bytes> {
        return Error{Errc::limit_exceeded, "too wide"};
      },
      pool_);
  EXPECT_THAT(files_for(request_for({64, 48})), FailsSaying(Errc::limit_exceeded, "too wide"));
}

TEST_F(PlaceholderProvider, CanAlwaysBeReached) {
  EXPECT_THAT(finished(provider_->check(Deadline::never())), IsOk());
}

TEST_F(PlaceholderProvider, HasNothingToResume) {
  EXPECT_THAT(finished(provider_->resume({"placeholder", "1", ""}, Deadline::never())), FailsWith(Errc::unsupported));
}

TEST_F(PlaceholderProvider, StopsAfterTheImageInWhichItWasCancelled) {
  boost::asio::cancellation_signal signal;
  std::promise<void> encoding, go_on;
  std::atomic<int> encoded{0};
  provider_ = make_placeholder_provider(
      [&](const Bitmap& picture) {
        if (++encoded == 1) {
          encoding.set_value();
          go_on.get_future().wait();
        }
        return encode_plainly(picture);
      },
      pool_);
  auto request = request_for({64, 48});
  request.count = 3;
  std::optional<Result<Submission>> outcome;
  auto call = [&]() -> Task<void> { outcome.emplace(co_await provider_->submit(request, Deadline::never())); };
  boost::asio::co_spawn(io_, call(), boost::asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr) {}));
  auto begun = encoding.get_future();
  while (begun.wait_for(std::chrono::seconds(0)) != std::future_status::ready) io_.poll_one();
  signal.emit(boost::asio::cancellation_type::terminal);
  go_on.set_value();
  test::run_until(io_, [&] { return outcome.has_value(); });
  EXPECT_THAT(*outcome, FailsWith(Errc::cancelled));
  EXPECT_EQ(encoded, 1);
}

}  // namespace
}  // namespace imagegen
