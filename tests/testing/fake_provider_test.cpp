#include <imagegen/testing/contract/io_runner.hpp>
#include <imagegen/testing/fake_provider.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FakeProviderTest : public ::testing::Test {
 protected:
  Result<Submission> submit(const std::string& prompt = "a boat", CallContext context = {}) {
    ImageRequest request;
    request.prompt.text = prompt, request.size = PixelSize{30, 20};
    return io_.run(provider_.submit(std::move(request), std::move(context)));
  }
  Result<GeneratedImages> resume(const std::string& id) { return io_.run(provider_.resume({"fake", id, {}}, {})); }
  static std::string file_of(const Result<Submission>& submitted) {
    return std::string(as_text(std::get<GeneratedImages>(submitted.value()).images.at(0).file));
  }
  static GeneratedImages made(const std::string& file) {
    GeneratedImages images;
    images.images.push_back({to_bytes(file), {}});
    return images;
  }

  IoRunner io_;
  FakeProvider provider_{[](PixelSize size) { return to_bytes(std::to_string(size.width) + " px wide"); }};
};

TEST_F(FakeProviderTest, MakesAPictureOfTheSizeAskedForWhereNothingElseIsSaid) {
  EXPECT_EQ(file_of(submit()), "30 px wide");
  EXPECT_EQ(provider_.accepted, 1);
}

TEST_F(FakeProviderTest, AnswersInTheOrderOfItsScriptAndThenAsEver) {
  provider_.answer_with(Error(Errc::rate_limited, "too many"));
  provider_.answer_with_file(to_bytes("scripted"));
  EXPECT_THAT(submit(), FailsWith(Errc::rate_limited));
  EXPECT_EQ(provider_.accepted, 0) << "what is refused is not billed";
  EXPECT_EQ(file_of(submit()), "scripted");
  EXPECT_EQ(file_of(submit()), "30 px wide");
  EXPECT_EQ(provider_.accepted, 2);
}

TEST_F(FakeProviderTest, RemembersWhatItWasAsked) {
  CallContext context;
  context.deadline = Deadline{std::chrono::steady_clock::time_point(std::chrono::seconds(7))};
  (void)submit("first", context);
  (void)submit("second", context);
  ASSERT_THAT(provider_.requests, SizeIs(2));
  EXPECT_EQ(provider_.requests[1].prompt.text, "second");
  EXPECT_EQ(provider_.context().deadline.at, context.deadline.at);
}

TEST_F(FakeProviderTest, ATaskEndsWithItsAnswersTheLastOfWhichStays) {
  provider_.answer_with_task("t-1", {Error(Errc::unavailable, "not yet"), made("done")});
  EXPECT_EQ(std::get<RemoteTask>(submit().value()).id, "t-1");
  EXPECT_EQ(provider_.accepted, 1);
  EXPECT_THAT(resume("t-1"), FailsWith(Errc::unavailable));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(as_text(resume("t-1").value().images.at(0).file), "done");
  EXPECT_THAT(resume("t-2"), FailsWith(Errc::not_found));
  EXPECT_THAT(provider_.resumed, ElementsAre("t-1", "t-1", "t-1", "t-2"));
}

TEST_F(FakeProviderTest, WaitsOnlyWhereItIsToldThatItCan) {
  EXPECT_FALSE(io_.run(provider_.wait({"fake", "t-1", {}}, {})).value());
  provider_.can_wait = true;
  EXPECT_TRUE(io_.run(provider_.wait({"fake", "t-1", {}}, {})).value());
  EXPECT_THAT(provider_.waited, ElementsAre("t-1", "t-1"));
}

TEST_F(FakeProviderTest, CallsItsHookBeforeItAnswers) {
  int accepted_then = -1;
  provider_.on_submit([&](const ImageRequest& request) -> Task<void> {
    accepted_then = provider_.accepted;
    EXPECT_EQ(request.prompt.text, "a boat");
    co_return;
  });
  (void)submit();
  EXPECT_EQ(accepted_then, 0);
  EXPECT_EQ(provider_.accepted, 1);
}

}  // namespace
}  // namespace imagegen::test
