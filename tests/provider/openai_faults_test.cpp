#include <gmock/gmock.h>

#include "openai_rig.hpp"
#include "support/matchers.hpp"

/// \file Every fault of the contract, over sockets: what the caller is told, and how often it was paid for.
namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Not;
using ::testing::SizeIs;

constexpr int kAttempts = 3;  // of the rig's retry policy

/// A fault that never goes away.
struct Lasting {
  Fault fault;
  Errc code = Errc::internal;
  Retry retry = Retry::never;
  int requests = 1;
  Delivery delivery = Delivery::answered;
  milliseconds limit{0};  ///< A deadline, where there is one.
};

Lasting repeated(Fault fault, Errc code) {
  return {std::move(fault), code, Retry::exhausted, kAttempts};
}

std::vector<Lasting> lasting_faults() {
  const std::string page = "<html>gone</html>";
  return {
      // Refused: the same call would be refused again.
      {openai::moderation_blocked("input"), Errc::content_refused},
      {openai::moderation_blocked("output"), Errc::content_refused},
      {openai::content_policy_violation(), Errc::content_refused},
      {openai::safety_system_without_code(), Errc::content_refused},
      {openai::insufficient_quota(), Errc::quota_exceeded},
      {openai::billing_hard_limit(), Errc::quota_exceeded},
      {openai::key_echo("sk-test-****e8f9"), Errc::permission_denied},
      {openai::forbidden(), Errc::permission_denied},
      {openai::unknown_parameter(), Errc::invalid_argument},
      {faults::too_large(), Errc::limit_exceeded},
      {faults::redirect("https://elsewhere.test/v1/images/generations"), Errc::bad_answer},
      // Turned away: the answer says that nothing was done.
      repeated(openai::rate_limited(), Errc::rate_limited),
      repeated(openai::rate_limited({{"Retry-After", "2"}}), Errc::rate_limited),
      repeated(openai::rate_limited({{"Retry-After", "0"}}), Errc::rate_limited),
      repeated(openai::rate_limited({{"Retry-After", "Sat, 21 Nov 2026 00:00:00 GMT"}}), Errc::rate_limited),
      repeated(openai::rate_limited({{"retry-after-ms", "1500"}, {"Retry-After", "3600"}}), Errc::rate_limited),
      repeated(openai::unavailable("1"), Errc::unavailable),
      repeated(openai::should_retry(409, true), Errc::unavailable),
      {openai::rate_limited({{"Retry-After", "3600"}}), Errc::rate_limited, Retry::later},
      {openai::rate_limited({{"x-should-retry", "false"}}), Errc::rate_limited},
      // Work may have been done.
      {openai::unavailable(std::nullopt), Errc::unavailable},
      {openai::should_retry(500, false), Errc::unavailable},
      {openai::should_retry(500, true), Errc::unavailable},
      {openai::should_retry(502, true), Errc::unavailable},
      {openai::server_error(), Errc::unavailable},
      {faults::bad_gateway(), Errc::unavailable},
      {faults::gateway_timeout(), Errc::unavailable},
      // Work was done, and cannot be read.
      {faults::html(), Errc::bad_answer},
      {faults::empty_body(), Errc::bad_answer},
      {faults::json_array(), Errc::bad_answer},
      {faults::truncated_json(), Errc::bad_answer},
      {openai::missing_data(), Errc::bad_answer},
      {openai::null_data(), Errc::bad_answer},
      {openai::empty_data(), Errc::bad_answer},
      {openai::raw_image(), Errc::bad_answer},
      {faults::gzip(), Errc::bad_answer},
      {openai::no_file(), Errc::bad_answer},
      {openai::error_with_200(), Errc::unavailable},
      {openai::truncated_base64(), Errc::corrupt_data},
      {openai::invalid_base64(), Errc::corrupt_data},
      {openai::not_an_image(page), Errc::corrupt_data},
      {openai::not_an_image(""), Errc::corrupt_data},
      {faults::cut_short(), Errc::bad_answer},
      {faults::reset_in_body(), Errc::bad_answer},
      // Nobody knows what was done.
      {faults::reset_after_request(), Errc::unavailable, Retry::never, 1, Delivery::unknown},
      {faults::closed_after_request(), Errc::unavailable, Retry::never, 1, Delivery::unknown},
      {faults::silence(), Errc::deadline_exceeded, Retry::never, 1, Delivery::unknown, milliseconds(200)},
      {faults::stall_in_body(), Errc::deadline_exceeded, Retry::never, 1, Delivery::answered, milliseconds(300)},
  };
}

std::string name_of(const std::string& text, std::size_t index) {
  std::string name;
  for (const char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) name += c;
  }
  return name + "_" + std::to_string(index);
}

class OpenAiLastingFault : public ::testing::TestWithParam<Lasting> {};

TEST_P(OpenAiLastingFault, IsToldAsItIsAndNeverPaidForTwice) {
  const auto& expected = GetParam();
  OpenAiRig rig;
  rig.fake.fail_always(expected.fault);
  const auto deadline = expected.limit.count() > 0 ? deadline_after(rig.clock, expected.limit) : Deadline::never();
  const auto result = rig.submit(request_for("a cat"), deadline);
  ASSERT_THAT(result, FailsWith(expected.code));
  const auto& error = result.error();
  EXPECT_EQ(error.retry, expected.retry) << error;
  EXPECT_EQ(error.delivery, expected.delivery) << error;
  EXPECT_TRUE(!expected.fault.accepted || billing_of(error) == Billing::maybe) << error;
  EXPECT_EQ(rig.fake.generations(), expected.requests);
  EXPECT_EQ(rig.fake.accepted(), expected.fault.accepted ? 1 : 0);
  EXPECT_TRUE(!expected.fault.accepted || error.message.find("may have been charged") != std::string::npos) << error;
  EXPECT_THAT(error.message, HasSubstr("openai"));
}

INSTANTIATE_TEST_SUITE_P(Each, OpenAiLastingFault, ::testing::ValuesIn(lasting_faults()),
                         [](const auto& each) { return name_of(each.param.fault.name, each.index); });

/// A fault that passes: the next call would be answered well.
class OpenAiPassingFault : public ::testing::TestWithParam<Fault> {};

TEST_P(OpenAiPassingFault, IsRepeatedAndPaidForOnce) {
  OpenAiRig rig;
  rig.fake.fail_next(GetParam());
  const auto result = rig.submit();
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(images_of(result).images, SizeIs(1));
  EXPECT_EQ(rig.fake.generations(), 2);
  EXPECT_EQ(rig.fake.accepted(), 1);
}

INSTANTIATE_TEST_SUITE_P(Each, OpenAiPassingFault,
                         ::testing::Values(openai::rate_limited(), openai::rate_limited({{"Retry-After", "7"}}),
                                           openai::unavailable("1"), openai::should_retry(400, true)),
                         [](const auto& each) { return name_of(each.param.name, each.index); });

/// An odd answer that has the picture in it all the same.
class OpenAiOddAnswer : public ::testing::TestWithParam<Fault> {};

TEST_P(OpenAiOddAnswer, IsRead) {
  OpenAiRig rig;
  rig.fake.fail_next(GetParam());
  const auto result = rig.submit();
  ASSERT_THAT(result, IsOk());
  const auto& images = images_of(result).images;
  ASSERT_THAT(images, SizeIs(1));
  EXPECT_EQ(as_text(images[0].file), gradient_png(8, 8, 0));
  EXPECT_EQ(rig.fake.accepted(), 1);
}

INSTANTIATE_TEST_SUITE_P(Each, OpenAiOddAnswer,
                         ::testing::Values(openai::base64_lines(), openai::base64_url_safe(),
                                           openai::base64_without_padding(), openai::data_prefix(),
                                           faults::byte_order_mark(), faults::chunked(), faults::wrong_content_type(),
                                           openai::without_usage(), openai::more_images(), openai::urls(),
                                           faults::drip(milliseconds(0))),
                         [](const auto& each) { return name_of(each.param.name, each.index); });

TEST(OpenAiFaults, RetryAfterIsWaitedFor) {
  OpenAiRig rig;
  rig.fake.fail_next(openai::rate_limited({{"Retry-After", "7"}}));
  rig.fake.fail_next(openai::rate_limited({{"retry-after-ms", "1500"}}));
  ASSERT_THAT(rig.submit(), IsOk());
  ASSERT_THAT(rig.clock.slept, SizeIs(2));
  EXPECT_THAT(rig.clock.slept[0], AllOf(::testing::Ge(milliseconds(6900)), Le(milliseconds(7500))));
  EXPECT_THAT(rig.clock.slept[1], AllOf(::testing::Ge(milliseconds(1400)), Le(milliseconds(2500))));
}

TEST(OpenAiFaults, ADateInThePastMeansNow) {
  OpenAiRig rig;
  rig.fake.fail_next(openai::rate_limited({{"Retry-After", "Wed, 01 Jan 2020 00:00:00 GMT"}}));
  ASSERT_THAT(rig.submit(), IsOk());
  EXPECT_THAT(rig.clock.slept, Each(Le(milliseconds(500))));
}

TEST(OpenAiFaults, FewerImagesThanAskedAreTaken) {
  OpenAiRig rig;
  rig.fake.fail_next(openai::fewer_images());
  EXPECT_THAT(images_of(rig.submit(request_for("a cat", {1024, 1024}, 3))).images, SizeIs(1));
}

TEST(OpenAiFaults, TheGoodOnesOfASpoiltAnswerAreTaken) {
  OpenAiRig rig;
  rig.fake.fail_next(openai::one_spoilt());
  EXPECT_THAT(images_of(rig.submit(request_for("a cat", {1024, 1024}, 3))).images, SizeIs(2));
  EXPECT_EQ(rig.fake.accepted(), 1);
}

TEST(OpenAiFaults, WhatWasRefusedIsQuotedOnlyAsTheirText) {
  OpenAiRig rig;
  rig.fake.fail_next(openai::moderation_blocked("output"));
  const auto error = rig.submit().error();
  EXPECT_THAT(error.message, AllOf(HasSubstr("moderation_blocked, stage output"), HasSubstr("request req_1")));
  EXPECT_THAT(error.message, Not(HasSubstr("rejected")));
  EXPECT_EQ(error.provider_text, "Your request was rejected by the safety system.");
}

}  // namespace
}  // namespace imagegen::test
