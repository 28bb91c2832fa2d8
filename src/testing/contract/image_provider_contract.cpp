#include <imagegen/testing/contract/image_provider_contract.hpp>

#include <imagegen/testing/contract/matchers.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <variant>

namespace imagegen::test {

namespace {

/// "png", "jpeg", "webp" or "unknown", by the first bytes.
std::string kind_of(const Bytes& file) {
  const auto text = as_text(file);
  if (text.starts_with("\x89PNG\r\n\x1A\n")) return "png";
  if (text.starts_with("\xFF\xD8\xFF")) return "jpeg";
  return text.starts_with("RIFF") && text.substr(0, 12).ends_with("WEBP") ? "webp" : "unknown";
}

}  // namespace

PixelSize ImageProviderContract::a_size() {
  const auto listed = listed_sizes(model().sizes);
  return listed.empty() ? PixelSize{1024, 1024} : listed.front();
}

ImageRequest ImageProviderContract::a_request() {
  ImageRequest request;
  request.prompt.text = "A cat on a greeting card";
  request.size = a_size();
  return request;
}

Result<Submission> ImageProviderContract::submit(ImageRequest request, CallContext context) {
  return harness_->run(provider().submit(std::move(request), std::move(context)));
}

Result<GeneratedImages> ImageProviderContract::generate(ImageRequest request) {
  auto submitted = submit(std::move(request));
  if (!submitted) return submitted.error();
  if (auto* images = std::get_if<GeneratedImages>(&*submitted)) return std::move(*images);
  return harness_->run(provider().resume(std::get<RemoteTask>(*submitted), {}));
}

void ImageProviderContract::expect_refused_unsent(ImageRequest request, const std::string& field) {
  const auto before = harness_->requests();
  const auto result = submit(std::move(request));
  ASSERT_THAT(result, FailsSaying(Errc::invalid_argument, ::testing::HasSubstr(field)));
  EXPECT_EQ(result.error().delivery, Delivery::not_sent);
  EXPECT_EQ(harness_->requests(), before);
}

void ImageProviderContract::SetUpTestSuite() {}
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ImageProviderContract);

TEST_P(ImageProviderContract, OffersWhatCanBeAskedFor) {
  const auto capability = provider().capability();
  EXPECT_NE(capability.provider, "");
  ASSERT_FALSE(capability.models.empty());
  for (const auto& offered : capability.models) {
    EXPECT_NE(offered.model, "");
    EXPECT_GE(offered.max_images, 1);
    EXPECT_GE(offered.prompt.most, 1U);
    for (const auto size : listed_sizes(offered.sizes)) EXPECT_TRUE(size.width > 0 && size.height > 0) << offered.model;
  }
  EXPECT_TRUE(allows(model().sizes, a_size()));
}

TEST_P(ImageProviderContract, GivesAsManyPicturesAsWereAskedFor) {
  const auto most = std::min(model().max_images, 3);
  for (int count = 1; count <= most; ++count) {
    auto request = a_request();
    request.count = count;
    const auto made = generate(request);
    ASSERT_THAT(made, IsOk());
    ASSERT_EQ(made->images.size(), static_cast<std::size_t>(count));
    for (const auto& image : made->images) EXPECT_NE(kind_of(image.file), "unknown");
  }
}

// What was paid for can be had again, by a process that knows nothing but the task.
TEST_P(ImageProviderContract, ATaskThatItBeganCanBeResumedAgainAndIsNoSecondPurchase) {
  const auto submitted = submit(a_request());
  ASSERT_THAT(submitted, IsOk());
  const auto* task = std::get_if<RemoteTask>(&*submitted);
  if (task == nullptr) return;
  EXPECT_EQ(task->provider, provider().capability().provider);
  EXPECT_NE(task->id, "");
  const auto first = harness_->run(provider().resume(*task, {})), again = harness_->run(provider().resume(*task, {}));
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(again, IsOk());
  ASSERT_EQ(first->images.size(), 1U);
  ASSERT_EQ(again->images.size(), 1U);
  EXPECT_TRUE(again->images.front().file == first->images.front().file);
  EXPECT_EQ(harness_->requests(), 1);
}

TEST_P(ImageProviderContract, RefusesAPromptThatIsTooLongBeforeAnyRequest) {
  auto request = a_request();
  request.prompt.text = std::string(model().prompt.most + 1, 'p');
  expect_refused_unsent(request, "prompt");
  request.prompt.text = "";
  expect_refused_unsent(request, "prompt");
}

TEST_P(ImageProviderContract, RefusesASizeThatItDoesNotOfferBeforeAnyRequest) {
  auto request = a_request();
  for (const auto size : {PixelSize{0, 0}, PixelSize{-1024, -1024}, PixelSize{1, 99'999}}) {
    request.size = size;
    expect_refused_unsent(request, "size");
  }
}

TEST_P(ImageProviderContract, RefusesACountOutOfRangeBeforeAnyRequest) {
  auto request = a_request();
  request.count = 0;
  expect_refused_unsent(request, "count");
  request.count = model().max_images + 1;
  expect_refused_unsent(request, "count");
}

TEST_P(ImageProviderContract, SendsNothingAfterTheDeadline) {
  if (!harness_->is_remote()) return;
  const auto result = submit(a_request(), Deadline{harness_->clock().now() - std::chrono::seconds(1)});
  ASSERT_THAT(result, FailsWith(Errc::deadline_exceeded));
  EXPECT_EQ(result.error().delivery, Delivery::not_sent);
  EXPECT_EQ(harness_->requests(), 0);
}

TEST_P(ImageProviderContract, GivesUpAtTheDeadline) {
  if (!harness_->is_remote()) return;
  harness_->hold_next();
  const auto result =
      submit(a_request(), deadline_after(harness_->clock(), std::chrono::milliseconds(200)));
  ASSERT_THAT(result, FailsWith(Errc::deadline_exceeded));
  EXPECT_EQ(result.error().delivery, Delivery::unknown);
  EXPECT_EQ(result.error().retry, Retry::never);
  EXPECT_EQ(harness_->requests(), 1);
}

TEST_P(ImageProviderContract, ACancelledCallEndsAndSaysThatItMayHaveArrived) {
  if (!harness_->is_remote()) return;
  harness_->hold_next();
  auto call = provider().submit(a_request(), Deadline::never());
  const auto result =
      harness_->run_and_cancel(std::move(call), [this] { return harness_->requests() == 1; });
  ASSERT_THAT(result, FailsWith(Errc::cancelled));
  EXPECT_EQ(result.error().delivery, Delivery::unknown);
  EXPECT_EQ(harness_->requests(), 1);
}

TEST_P(ImageProviderContract, ACallThatIsCancelledAtOnceSendsNothing) {
  auto call = provider().submit(a_request(), Deadline::never());
  const auto result = harness_->run_and_cancel(std::move(call), [] { return true; });
  if (harness_->never_waits())
    EXPECT_THAT(result, IsOk());
  else
    EXPECT_THAT(result, FailsWith(Errc::cancelled));
  EXPECT_EQ(harness_->requests(), 0);
}

TEST_P(ImageProviderContract, ChecksItself) {
  EXPECT_THAT(harness_->run(provider().check(Deadline::never())), IsOk());
}

TEST_P(ImageProviderContract, DoesNotKnowTheTaskOfAnother) {
  const RemoteTask task{"another", "id-1", ""};
  EXPECT_TRUE(harness_->run(provider().resume(task, Deadline::never())).has_error());
  EXPECT_TRUE(harness_->run(provider().cancel(task, Deadline::never())).has_error());
}

}  // namespace imagegen::test
