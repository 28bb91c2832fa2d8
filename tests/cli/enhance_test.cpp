// `imagegen prompt enhance` with a model behind it.
#include <boost/json.hpp>

#include "cli/openai_setup.hpp"

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class EnhanceCommand : public ::testing::Test {
 protected:
  Ended enhance(const std::vector<std::string>& more = {}, Environment environment = {}) {
    environment.insert({{"OPENAI_API_KEY", openai_.api_key()}, {"OPENAI_BASE_URL", openai_.base_url()}});
    std::vector<std::string> arguments{"prompt", "enhance", "--intent", "hero", "a boat"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_cli(arguments, environment, folder_.path());
  }

  FakeOpenAi openai_;
  Folder folder_;
};

TEST_F(EnhanceCommand, AsksTheApiWhereThereIsAKeyAndBuysNoPicture) {
  const auto ended = enhance();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, StartsWith("Enhanced: {"));
  ASSERT_THAT(openai_.chats(), SizeIs(1));
  EXPECT_EQ(boost::json::parse(openai_.chats()[0].user).at("prompt").as_string(), "a boat");
  EXPECT_EQ(openai_.generations(), 0);
}

TEST_F(EnhanceCommand, TheLocalOneAsksNobody) {
  EXPECT_THAT(enhance({"--enhancer", "local"}).out, StartsWith("a boat. "));
  EXPECT_THAT(enhance({}, {{"IMAGEGEN_ENHANCER", "local"}}).out, StartsWith("a boat. "));
  EXPECT_THAT(openai_.chats(), IsEmpty());
}

TEST_F(EnhanceCommand, AnOptionGoesBeforeTheEnvironmentAndTheFile) {
  folder_.write("c.json", R"({"enhancer":{"kind":"local","model":"local-file","instructions":"Be brief."}})");
  const auto ended =
      enhance({"--config", "c.json", "--enhancer", "openai"}, {{"IMAGEGEN_ENHANCER_MODEL", "local-environment"}});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(openai_.chats().at(0).model, "local-environment");
  EXPECT_EQ(openai_.chats().at(0).system, "Be brief.");
  enhance({"--enhancer-model", "local-option"}, {{"IMAGEGEN_ENHANCER_MODEL", "local-environment"}});
  EXPECT_EQ(openai_.chats().at(1).model, "local-option");
}

TEST_F(EnhanceCommand, AFailureIsSaidWithoutTheKey) {
  openai_.fail_always_chat(openai::key_echo("Bearer " + openai_.api_key()));
  const auto ended = enhance({"--json"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.out, AllOf(HasSubstr("ENHANCE_FAILED"), Not(HasSubstr(openai_.api_key()))));
  EXPECT_THAT(ended.err, AllOf(HasSubstr("openai: HTTP 401"), Not(HasSubstr(openai_.api_key()))));
}

TEST_F(EnhanceCommand, ASilentServerIsGivenUp) {
  openai_.fail_always_chat(faults::silence());
  folder_.write("c.json", R"({"prompts":{"enhanceTimeoutMs":200}})");
  const auto ended = enhance({"--config", "c.json"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("no answer within 200 ms"));
}

TEST_F(EnhanceCommand, OtherEnhancersAreRefused) {
  EXPECT_EQ(enhance({"--enhancer", "magic"}).exit_code, 2);
  EXPECT_THAT(enhance({}, {{"IMAGEGEN_ENHANCER", "magic"}}).err, HasSubstr("expected local or openai, got \"magic\""));
}

}  // namespace
}  // namespace imagegen::test
