#include <imagegen/provider/image_provider.hpp>

#include <gtest/gtest.h>

#include "openai_fixtures.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

ProviderCapability small_model() {
  ProviderCapability capability;
  capability.model = "small";
  capability.sizes.fixed = {{512, 512}, {768, 512}};
  capability.max_images_per_call = 2;
  capability.max_prompt_chars = 5;
  return capability;
}

Result<void> check(const ImageRequest& request) {
  return check_request(small_model(), request);
}

TEST(CheckRequest, TakesWhatTheModelTakes) {
  EXPECT_THAT(check(request_for("a cat", {768, 512}, 2)), IsOk());
}

TEST(CheckRequest, CountsPromptsInCharactersNotBytes) {
  EXPECT_THAT(check(request_for("ünïcö", {512, 512})), IsOk());
  EXPECT_THAT(check(request_for("ünïcöd", {512, 512})),
              FailsSaying(Errc::invalid_argument, HasSubstr("prompt.text: expected at most 5 characters, got 6")));
}

TEST(CheckRequest, RefusesABlankOrBrokenPrompt) {
  EXPECT_THAT(check(request_for("", {512, 512})), FailsSaying(Errc::invalid_argument, HasSubstr("prompt.text")));
  EXPECT_THAT(check(request_for(" \n\t", {512, 512})), FailsSaying(Errc::invalid_argument, HasSubstr("prompt.text")));
  EXPECT_THAT(check(request_for("\xC3(", {512, 512})), FailsSaying(Errc::invalid_argument, HasSubstr("UTF-8")));
}

TEST(CheckRequest, RefusesANegativePromptWhereNoneIsTaken) {
  auto request = request_for("a cat", {512, 512});
  request.prompt.negative = "dogs";
  EXPECT_THAT(check(request), FailsSaying(Errc::invalid_argument, HasSubstr("prompt.negative")));
  auto capability = small_model();
  capability.takes_negative = true;
  EXPECT_THAT(check_request(capability, request), IsOk());
}

TEST(CheckRequest, NamesTheSizesThatThereAre) {
  EXPECT_THAT(check(request_for("a cat", {500, 500})),
              FailsSaying(Errc::invalid_argument, HasSubstr("size: expected one of 512x512, 768x512, got 500x500")));
}

TEST(CheckRequest, NamesTheRuleWhereThereIsNoList) {
  auto capability = small_model();
  capability.sizes = {{}, 16, 655'360, 8'294'400, 3840, 3.0};
  EXPECT_THAT(
      check_request(capability, request_for("a cat", {1000, 1000})),
      FailsSaying(Errc::invalid_argument, AllOf(HasSubstr("16 divides"), HasSubstr("up to 3.0"), HasSubstr("655360"))));
}

TEST(CheckRequest, RefusesCountsOutOfRange) {
  EXPECT_THAT(check(request_for("a cat", {512, 512}, 0)), FailsSaying(Errc::invalid_argument, HasSubstr("count")));
  EXPECT_THAT(check(request_for("a cat", {512, 512}, 3)), FailsSaying(Errc::invalid_argument, HasSubstr("got 3")));
}

TEST(CheckRequest, RefusesAUserThatIsNoId) {
  auto request = request_for("a cat", {512, 512});
  request.user = std::string(257, 'u');
  EXPECT_THAT(check(request), FailsSaying(Errc::invalid_argument, HasSubstr("user")));
  request.user = "\xFF";
  EXPECT_THAT(check(request), FailsSaying(Errc::invalid_argument, HasSubstr("user")));
}

}  // namespace
}  // namespace imagegen::test
