// What is said of commands, options and values that there are none of, in words and as JSON.
#include <gmock/gmock.h>
#include <boost/json.hpp>

#include "cli/process.hpp"
#include "support/gradient_png.hpp"

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::StrEq;

class WrongUsage : public ::testing::Test {
 protected:
  Ended run(const std::vector<std::string>& arguments) { return run_cli(arguments, {}, folder_.path()); }
  // What it says, which is wrong usage.
  std::string said(const std::vector<std::string>& arguments) {
    const auto ended = run(arguments);
    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_THAT(ended.out, IsEmpty());
    return ended.err;
  }

  Folder folder_;
};

TEST_F(WrongUsage, ALetterThatIsNoOptionIsNamed) {
  EXPECT_THAT(said({"-x"}), StrEq("imagegen: there is no option '-x'. See imagegen --help\n"));
  EXPECT_THAT(said({"render", "-z", "in.png"}), HasSubstr("there is no option '-z'"));
  EXPECT_THAT(said({"spend", "-qz"}), HasSubstr("there is no option '-z'"));
}

TEST_F(WrongUsage, SwitchesMayStandTogetherAndAValueBehindItsLetter) {
  folder_.write("in.png", gradient_png(30, 20, 0));
  EXPECT_EQ(run({"operations", "-qv"}).exit_code, 0);
  EXPECT_EQ(run({"render", "in.png", "-oout.png"}).exit_code, 0);
}

TEST_F(WrongUsage, AMissingCommandIsAskedFor) {
  EXPECT_THAT(said({}), StrEq("imagegen: expected a command. See imagegen --help\n"));
  EXPECT_THAT(said({"jobs"}), StrEq("imagegen: expected a command. See imagegen jobs --help\n"));
}

TEST_F(WrongUsage, AWordThatAnOptionDoesNotTakeIsToldWithThoseThatItTakes) {
  EXPECT_THAT(said({"spend", "--by", "moddel"}),
              HasSubstr("--by: expected user, day, model or provider, got \"moddel\"; did you mean 'model'? See "));
  EXPECT_THAT(said({"completion", "tcsh"}), HasSubstr("expected bash, zsh or fish, got \"tcsh\""));
}

TEST_F(WrongUsage, ANumberIsToldWithItsRange) {
  for (const std::string number : {"101", "-1", "5O", "1,5"})
    EXPECT_THAT(said({"render", "in.png", "-o", "a.png", "--quality", number}),
                HasSubstr("--quality: expected a whole number in 0..100, got \"" + number + "\""));
  EXPECT_THAT(said({"render", "in.png", "-o", "a.png", "--blur", "1,5"}),
              HasSubstr("--blur: expected a number, such as 0.5, got \"1,5\""));
}

TEST_F(WrongUsage, AFaultOfARequestAsAWholeHasNoName) {
  EXPECT_THAT(said({"erase"}), StartsWith("imagegen: expected a user or a character"));
}

TEST_F(WrongUsage, StandardInputIsReadOnce) {
  folder_.write("in.png", gradient_png(30, 20, 0));
  const auto ended =
      Process({"-c", "\"$0\" inspect - - < in.png", IMAGEGEN_CLI}, {}, folder_.path(), "/bin/sh").wait();
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_THAT(ended.err, HasSubstr("-: expected standard input once, got it twice"));
}

TEST_F(WrongUsage, IsADocumentOfTheFormOfEveryFailure) {
  const std::vector<std::vector<std::string>> wrong = {
      {"jobs", "show", "nobody", "--json"},    // of an operation
      {"jobs", "show", "--json"},              // of the parser
      {"jobs", "shw", "--json"},               // a typo
      {"spend", "--by", "moddel", "--json"},   // a word
      {"inspect", "missing.png", "--json"},    // a file
      {"heroes", "missing.json", "--json"},    // a document
      {"render", "missing.png", "-o", "a.png", "--json"},
      {"mask", "inspect", "missing.png", "--json"},
      {"doctor", "--config", "missing.json", "--json"}};
  for (const auto& command : wrong) {
    SCOPED_TRACE(command[0] + " " + command[1]);
    const auto ended = run(command);
    EXPECT_EQ(ended.exit_code, 2);
    const auto error = boost::json::parse(ended.out).at("error");
    for (const auto* name : {"code", "message", "retryable", "spent", "delivery"})
      EXPECT_TRUE(error.as_object().contains(name)) << name;
    EXPECT_THAT(ended.err, StartsWith("imagegen: "));
  }
}

TEST_F(WrongUsage, AFileThatIsMissingHasItsOwnCode) {
  EXPECT_EQ(boost::json::parse(run({"inspect", "missing.png", "--json"}).out).at("error").at("code"), "NOT_FOUND");
}

TEST_F(WrongUsage, WithQuietStateCopySaysNothingBesideItsResult) {
  ASSERT_EQ(run({"prompt", "execute", "--intent", "hero", "a boat"}).exit_code, 0);
  const auto ended = run({"state", "copy", "sqlite:imagegen.db", "sqlite:copy.db", "--quiet"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.err, IsEmpty());
  EXPECT_THAT(ended.out, AllOf(StartsWith("PART "), HasSubstr("jobs "), Not(HasSubstr("imagegen:"))));
}

}  // namespace
}  // namespace imagegen::test
