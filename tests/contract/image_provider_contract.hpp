#pragma once
#include <imagegen/provider/image_provider.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <variant>

#include "contract/io_runner.hpp"
#include "support/matchers.hpp"

/// \file What every ImageProvider must do.
///
///     INSTANTIATE_TYPED_TEST_SUITE_P(OpenAi, ImageProviderContract, OpenAiHarness);
///
/// A harness is default-constructible and has
///     ImageProvider& provider();
///     Clock& clock();         // what its deadlines are compared with
///     int requests() const;   // calls that have reached the service so far; 0 where there is none
///     bool is_remote() const; // false where there is no service that could be late, or be asked too much
///     void hold_next();       // the service takes the next call and never answers; only called when it is remote
///     IoRunner io;            // made before everything that is bound to it
namespace imagegen::test {

/// "png", "jpeg", "webp" or "unknown", by the first bytes.
inline std::string kind_of(const Bytes& file) {
  const auto text = as_text(file);
  if (text.starts_with("\x89PNG\r\n\x1A\n")) return "png";
  if (text.starts_with("\xFF\xD8\xFF")) return "jpeg";
  return text.starts_with("RIFF") && text.substr(0, 12).ends_with("WEBP") ? "webp" : "unknown";
}

template <class Harness>
class ImageProviderContract : public ::testing::Test {
 protected:
  ImageProvider& provider() { return harness_.provider(); }

  /// A size that the provider offers.
  PixelSize a_size() {
    const auto offer = provider().capability().sizes;
    return offer.fixed.empty() ? PixelSize{1024, 1024} : offer.fixed.front();
  }

  ImageRequest a_request() {
    ImageRequest request;
    request.prompt.text = "A cat on a greeting card";
    request.size = a_size();
    return request;
  }

  Result<Submission> submit(ImageRequest request, Deadline deadline = Deadline::never()) {
    return harness_.io.run(provider().submit(std::move(request), deadline));
  }

  void expect_refused_unsent(ImageRequest request, const std::string& field) {
    const auto before = harness_.requests();
    const auto result = submit(std::move(request));
    ASSERT_THAT(result, FailsSaying(Errc::invalid_argument, ::testing::HasSubstr(field)));
    EXPECT_EQ(result.error().delivery, Delivery::not_sent);
    EXPECT_EQ(harness_.requests(), before);
  }

  Harness harness_;
};

TYPED_TEST_SUITE_P(ImageProviderContract);

TYPED_TEST_P(ImageProviderContract, OffersWhatCanBeAskedFor) {
  const auto capability = this->provider().capability();
  EXPECT_NE(capability.provider, "");
  EXPECT_NE(capability.model, "");
  EXPECT_GE(capability.max_images_per_call, 1);
  EXPECT_GE(capability.max_prompt_chars, 1U);
  EXPECT_TRUE(allows(capability.sizes, this->a_size()));
  for (const auto size : capability.sizes.fixed) EXPECT_TRUE(size.width > 0 && size.height > 0);
}

TYPED_TEST_P(ImageProviderContract, GivesAsManyPicturesAsWereAskedFor) {
  const auto most = std::min(this->provider().capability().max_images_per_call, 3);
  for (int count = 1; count <= most; ++count) {
    auto request = this->a_request();
    request.count = count;
    const auto submitted = this->submit(request);
    ASSERT_THAT(submitted, IsOk());
    const auto& images = std::get<GeneratedImages>(*submitted).images;
    ASSERT_EQ(images.size(), static_cast<std::size_t>(count));
    for (const auto& image : images) EXPECT_NE(kind_of(image.file), "unknown");
  }
}

TYPED_TEST_P(ImageProviderContract, RefusesAPromptThatIsTooLongBeforeAnyRequest) {
  auto request = this->a_request();
  request.prompt.text = std::string(this->provider().capability().max_prompt_chars + 1, 'p');
  this->expect_refused_unsent(request, "prompt");
  request.prompt.text = "";
  this->expect_refused_unsent(request, "prompt");
}

TYPED_TEST_P(ImageProviderContract, RefusesASizeThatItDoesNotOfferBeforeAnyRequest) {
  auto request = this->a_request();
  for (const auto size : {PixelSize{0, 0}, PixelSize{-1024, -1024}, PixelSize{1, 99'999}}) {
    request.size = size;
    this->expect_refused_unsent(request, "size");
  }
}

TYPED_TEST_P(ImageProviderContract, RefusesACountOutOfRangeBeforeAnyRequest) {
  auto request = this->a_request();
  request.count = 0;
  this->expect_refused_unsent(request, "count");
  request.count = this->provider().capability().max_images_per_call + 1;
  this->expect_refused_unsent(request, "count");
}

TYPED_TEST_P(ImageProviderContract, SendsNothingAfterTheDeadline) {
  if (!this->harness_.is_remote()) return;
  const auto result = this->submit(this->a_request(), Deadline{this->harness_.clock().now() - std::chrono::seconds(1)});
  ASSERT_THAT(result, FailsWith(Errc::deadline_exceeded));
  EXPECT_EQ(result.error().delivery, Delivery::not_sent);
  EXPECT_EQ(this->harness_.requests(), 0);
}

TYPED_TEST_P(ImageProviderContract, GivesUpAtTheDeadline) {
  if (!this->harness_.is_remote()) return;
  this->harness_.hold_next();
  const auto result =
      this->submit(this->a_request(), deadline_after(this->harness_.clock(), std::chrono::milliseconds(200)));
  ASSERT_THAT(result, FailsWith(Errc::deadline_exceeded));
  EXPECT_EQ(result.error().delivery, Delivery::unknown);
  EXPECT_EQ(result.error().retry, Retry::never);
  EXPECT_EQ(this->harness_.requests(), 1);
}

TYPED_TEST_P(ImageProviderContract, ACancelledCallEndsAndSaysThatItMayHaveArrived) {
  if (!this->harness_.is_remote()) return;
  this->harness_.hold_next();
  auto call = this->provider().submit(this->a_request(), Deadline::never());
  const auto result =
      this->harness_.io.run_and_cancel(std::move(call), [this] { return this->harness_.requests() == 1; });
  ASSERT_THAT(result, FailsWith(Errc::cancelled));
  EXPECT_EQ(result.error().delivery, Delivery::unknown);
  EXPECT_EQ(this->harness_.requests(), 1);
}

TYPED_TEST_P(ImageProviderContract, ACallThatIsCancelledAtOnceSendsNothing) {
  auto call = this->provider().submit(this->a_request(), Deadline::never());
  const auto result = this->harness_.io.run_and_cancel(std::move(call), [] { return true; });
  EXPECT_THAT(result, FailsWith(Errc::cancelled));
  EXPECT_EQ(this->harness_.requests(), 0);
}

TYPED_TEST_P(ImageProviderContract, ChecksItself) {
  EXPECT_THAT(this->harness_.io.run(this->provider().check(Deadline::never())), IsOk());
}

TYPED_TEST_P(ImageProviderContract, DoesNotKnowTheTaskOfAnother) {
  const RemoteTask task{"another", "id-1", ""};
  EXPECT_TRUE(this->harness_.io.run(this->provider().resume(task, Deadline::never())).has_error());
  EXPECT_TRUE(this->harness_.io.run(this->provider().cancel(task, Deadline::never())).has_error());
}

REGISTER_TYPED_TEST_SUITE_P(ImageProviderContract, OffersWhatCanBeAskedFor, GivesAsManyPicturesAsWereAskedFor,
                            RefusesAPromptThatIsTooLongBeforeAnyRequest, RefusesASizeThatItDoesNotOfferBeforeAnyRequest,
                            RefusesACountOutOfRangeBeforeAnyRequest, SendsNothingAfterTheDeadline, GivesUpAtTheDeadline,
                            ACancelledCallEndsAndSaysThatItMayHaveArrived, ACallThatIsCancelledAtOnceSendsNothing,
                            ChecksItself, DoesNotKnowTheTaskOfAnother);

}  // namespace imagegen::test
