// The text provider over sockets, against the fake.
#include <imagegen/provider/openai_text.hpp>
#include <imagegen/testing/contract/io_runner.hpp>

#include <gmock/gmock.h>

#include "support/matchers.hpp"
#include "support/openai/fake_openai.hpp"
#include "support/openai/faults.hpp"

namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

Fault saying(std::string message, std::string finish = "stop") {
  return {"a message", true, [message, finish](const Answering&) { return Reply::json(chat_json(message, finish)); }};
}

class OpenAiText : public testing::Test {
 protected:
  OpenAiTextOptions options() const {
    OpenAiTextOptions made;
    made.api_key = Secret(fake_.api_key());
    made.base_url = fake_.base_url();
    return made;
  }
  Result<TextAnswer> write(OpenAiTextOptions with, milliseconds time = std::chrono::hours(1)) {
    const auto text = make_openai_text_provider(std::move(with), *http_, system_clock());
    if (!text) return text.error();
    TextRequest request{"Improve it.", "a cat"};
    return io_.run((*text)->write(std::move(request), deadline_after(system_clock(), time)));
  }
  Result<TextAnswer> write(milliseconds time = std::chrono::hours(1)) { return write(options(), time); }

  FakeOpenAi fake_;
  IoRunner io_;
  std::unique_ptr<HttpClient> http_ = make_http_client({}).value();
};

TEST_F(OpenAiText, GivesWhatTheModelWrote) {
  const auto answer = write();
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->text, "Enhanced: a cat");
  EXPECT_EQ(answer->request_id, "req_1");
}

TEST_F(OpenAiText, WhatAUserWroteIsInAMessageOfItsOwn) {
  write();
  ASSERT_THAT(fake_.chats(), SizeIs(1));
  EXPECT_EQ(fake_.chats()[0].system, "Improve it.");
  EXPECT_EQ(fake_.chats()[0].user, "a cat");
  EXPECT_EQ(fake_.chats()[0].model, "gpt-6-luna");
}

TEST_F(OpenAiText, OptionsReachTheServer) {
  auto with = options();
  with.model = "local-llama", with.temperature = 0.25, with.seed = 7, with.reasoning_effort = "low";
  ASSERT_THAT(write(with), IsOk());
  EXPECT_THAT(fake_.chats().at(0).body,
              AllOf(HasSubstr(R"("model":"local-llama")"), HasSubstr(R"("seed":7)"), HasSubstr("temperature")));
}

TEST(OpenAiTextWithoutKey, SendsNone) {
  FakeOpenAiOptions keyless;
  keyless.api_key.clear();
  FakeOpenAi fake(keyless);
  OpenAiTextOptions options;
  options.base_url = fake.base_url(), options.model = "local-llama";
  const auto http = make_http_client({}).value();
  const auto text = make_openai_text_provider(options, *http, system_clock()).value();
  EXPECT_THAT(IoRunner().run(text->write({"", "x"}, Deadline::never())), IsOk());
  EXPECT_EQ(fake.server().request(0).count("Authorization"), 0U);
}

TEST_F(OpenAiText, OptionsOutOfRangeAreNamed) {
  const std::vector<std::pair<std::string, std::function<void(OpenAiTextOptions&)>>> bad{
      {"api_key", [](auto& o) { o.api_key = Secret("sk-1\n"); }},
      {"base_url", [](auto& o) { o.base_url = "ftp://x"; }},
      {"model", [](auto& o) { o.model = "a b"; }},
      {"organization", [](auto& o) { o.organization = "\r"; }},
      {"project", [](auto& o) { o.project = "\n"; }},
      {"reasoning_effort", [](auto& o) { o.reasoning_effort = "a b"; }},
      {"temperature", [](auto& o) { o.temperature = 2.1; }},
      {"temperature", [](auto& o) { o.temperature = std::nan(""); }},
      {"max_tokens", [](auto& o) { o.max_tokens = 0; }},
      {"max_answer_bytes", [](auto& o) { o.max_answer_bytes = 1023; }}};
  for (const auto& [field, spoil] : bad) {
    auto with = options();
    spoil(with);
    EXPECT_THAT(write(with), FailsSaying(Errc::invalid_argument, AllOf(HasSubstr(field), Not(HasSubstr("sk-1")))));
  }
}

TEST_F(OpenAiText, WhatPassesIsAskedForOnceMore) {
  for (const auto& fault : {openai::rate_limited({{"retry-after-ms", "1"}}), openai::server_error(),
                            faults::bad_gateway(), openai::unavailable(std::nullopt), faults::gateway_timeout()}) {
    fake_.fail_next_chat(fault);
    EXPECT_THAT(write(), IsOk()) << fault.name;
  }
  EXPECT_THAT(fake_.chats(), SizeIs(10));
}

TEST_F(OpenAiText, WhatGoesOnFailingIsNotAskedForAThirdTime) {
  fake_.fail_always_chat(openai::server_error());
  EXPECT_THAT(write(), FailsSaying(Errc::unavailable, HasSubstr("HTTP 500")));
  EXPECT_THAT(fake_.chats(), SizeIs(2));
}

TEST_F(OpenAiText, ARepetitionThatDoesNotFitIntoTheDeadlineIsNotBegun) {
  fake_.fail_always_chat(openai::rate_limited({{"Retry-After", "3600"}}));
  EXPECT_THAT(write(std::chrono::minutes(1)), FailsWith(Errc::rate_limited));
  EXPECT_THAT(fake_.chats(), SizeIs(1));
}

TEST_F(OpenAiText, WhatWillNotPassIsNotRepeated) {
  for (const auto& [fault, code] :
       std::vector<std::pair<Fault, Errc>>{{openai::insufficient_quota(), Errc::quota_exceeded},
                                           {openai::content_policy_violation(), Errc::content_refused},
                                           {openai::forbidden(), Errc::permission_denied},
                                           {openai::should_retry(500, false), Errc::unavailable},
                                           {faults::redirect("http://127.0.0.1/"), Errc::bad_answer},
                                           {faults::html(), Errc::bad_answer},
                                           {faults::empty_body(), Errc::bad_answer},
                                           {faults::json_array(), Errc::bad_answer},
                                           {faults::truncated_json(), Errc::bad_answer},
                                           {faults::gzip(), Errc::bad_answer},
                                           {faults::cut_short(), Errc::bad_answer},
                                           {faults::reset_in_body(), Errc::bad_answer},
                                           {faults::closed_after_request(), Errc::unavailable},
                                           {saying(R"({"content":null,"refusal":"no"})"), Errc::content_refused},
                                           {saying(R"({"content":"A cat on"})", "length"), Errc::limit_exceeded},
                                           {saying(R"({"content":"A cat"})", "content_filter"), Errc::content_refused},
                                           {saying(R"({"content":{"text":"A cat"}})"), Errc::bad_answer}}) {
    const auto before = fake_.chats().size();
    fake_.fail_next_chat(fault);
    EXPECT_THAT(write(), FailsSaying(code, HasSubstr("openai: "))) << fault.name;
    EXPECT_EQ(fake_.chats().size(), before + 1) << fault.name;
  }
}

TEST_F(OpenAiText, AnErrorInA200IsReadAsOne) {
  fake_.fail_next_chat(
      {"error in 200", true, [](const Answering&) { return Reply::json(error_json("m", "t", "insufficient_quota")); }});
  EXPECT_THAT(write(), FailsWith(Errc::quota_exceeded));
}

TEST_F(OpenAiText, ABodyAboveTheLimitIsNotTaken) {
  fake_.fail_next_chat(
      {"huge", true, [](const Answering&) { return Reply::json(chat_text(std::string(300U << 10U, 'x'))); }});
  EXPECT_THAT(write(), FailsWith(Errc::limit_exceeded));
}

TEST_F(OpenAiText, OddAnswersThatAreStillToBeRead) {
  for (const auto& fault : {faults::byte_order_mark(), faults::chunked(), faults::wrong_content_type()}) {
    fake_.fail_next_chat(fault);
    EXPECT_THAT(write(), IsOk()) << fault.name;
  }
}

TEST_F(OpenAiText, TheDeadlineHoldsForSilenceATrickleAndAStall) {
  for (const auto& fault : {faults::silence(), faults::drip(milliseconds(20)), faults::stall_in_body()}) {
    fake_.fail_next_chat(fault);
    EXPECT_THAT(write(milliseconds(150)), FailsWith(Errc::deadline_exceeded)) << fault.name;
  }
}

TEST_F(OpenAiText, TheDeadlineHoldsWhileConnecting) {
  const SilentPort nobody;
  auto with = options();
  with.base_url = "http://127.0.0.1:" + std::to_string(nobody.port()) + "/v1";
  EXPECT_THAT(write(with, milliseconds(100)), FailsWith(Errc::deadline_exceeded));
  EXPECT_THAT(fake_.chats(), IsEmpty());
}

TEST_F(OpenAiText, NobodyThereIsUnavailable) {
  const RefusingPort nobody;
  auto with = options();
  with.base_url = "http://127.0.0.1:" + std::to_string(nobody.port()) + "/v1";
  EXPECT_THAT(write(with), FailsWith(Errc::unavailable));
}

TEST_F(OpenAiText, TheKeyIsNowhereWhateverTheServerEchoes) {
  const auto key = fake_.api_key();
  fake_.fail_next_chat(openai::key_echo("Bearer " + key));
  const auto failed = write();
  ASSERT_THAT(failed, Not(IsOk()));
  EXPECT_THAT(failed.error().message + failed.error().provider_text, Not(HasSubstr(key)));
  fake_.fail_next_chat({"echo", true, [](const Answering& a) { return Reply::json(chat_text("a cat, " + a.key)); }});
  EXPECT_EQ(write()->text, "a cat, ***");
  fake_.fail_next_chat(saying(R"({"content":null,"refusal":"not with )" + key + "\"}"));
  EXPECT_EQ(write().error().provider_text, "not with ***");
}

}  // namespace
}  // namespace imagegen::test
