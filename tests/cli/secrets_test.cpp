// Keys and Authorization headers never appear in output, errors, results or events, whatever a server echoes.
#include "cli/openai_setup.hpp"

namespace imagegen::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Secrets : public OpenAiCommand {
 protected:
  void expect_none(const std::string& where, const std::string& text) {
    const auto& key = openai_.api_key();
    EXPECT_THAT(text, Not(HasSubstr(key))) << where;
    EXPECT_THAT(text, Not(HasSubstr(key.substr(0, 16)))) << where;
    EXPECT_THAT(text, Not(HasSubstr(key.substr(key.size() - 12)))) << where;
    EXPECT_THAT(text, Not(HasSubstr("Bearer"))) << where;
    EXPECT_THAT(text, Not(HasSubstr(kAwsSecret))) << where;
  }
  void run_and_search(const std::vector<std::string>& command, const std::string& what) {
    auto with_aws = environment();
    with_aws["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE";
    with_aws["AWS_SECRET_ACCESS_KEY"] = kAwsSecret;
    const auto ended = run_cli(command, with_aws, folder_.path());
    expect_none(what + ", stdout", ended.out);
    expect_none(what + ", stderr", ended.err);
    for (const auto& name : folder_.files()) expect_none(what + ", " + name, folder_.read(name));
  }
  const std::string kAwsSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
};

TEST_F(Secrets, AreNowhereWhenAllIsWell) {
  run_and_search(arguments({"--shot", "OL-1", "--events", "events.jsonl", "--contact-sheet", "out/sheet.html"}),
                 "success");
  run_and_search({"doctor"}, "doctor");
}

TEST_F(Secrets, AreNowhereWhenTheServerEchoesThem) {
  const auto& key = openai_.api_key();
  for (const auto& shown : {key, key.substr(0, 20) + "****", "****" + key.substr(key.size() - 16), "Bearer " + key}) {
    openai_.fail_next(openai::key_echo(shown));
    run_and_search(arguments({"--shot", "OL-1", "--json", "--events", "events.jsonl"}),
                   "echo of " + std::to_string(shown.size()));
  }
}

TEST_F(Secrets, AreNowhereWhenTheConnectionBreaksOrTheStoreRefuses) {
  openai_.fail_next(faults::reset_after_request());
  run_and_search(arguments({"--shot", "OL-1"}), "reset");
  run_and_search(arguments({"--shot", "OL-1", "--store", "s3://imagegen-test/x"}), "no such store");
  run_and_search({"doctor", "--store", "s3://imagegen-test/x"}, "doctor without a store");
}

}  // namespace
}  // namespace imagegen::test
