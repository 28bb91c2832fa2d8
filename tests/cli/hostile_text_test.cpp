// Texts that would rule the terminal on which they are printed, or look other than they are.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "cli/process.hpp"

namespace imagegen::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// OSC to the terminal, C1's CSI, an override of direction, a tag.
const std::string kHostile = "x\x1B]0;y\x07\xC2\x9B" "31m\xE2\x80\xAEz\xF3\xA0\x81\xA1";

void expect_plain(const Ended& ended) {
  for (const auto* unseen : {"\x1B", "\x07", "\xC2\x9B", "\xE2\x80\xAE", "\xF3\xA0\x81\xA1"})
    EXPECT_THAT(ended.out + ended.err, Not(HasSubstr(unseen)));
  EXPECT_THAT(ended.out + ended.err, HasSubstr("\\u{202E}")) << "it is shown all the same";
}

class HostileText : public ::testing::Test {
 protected:
  Ended run(const std::vector<std::string>& arguments) { return run_cli(arguments, {}, folder_.path()); }
  Folder folder_;
};

TEST_F(HostileText, IsShownInMessages) {
  // So that there is a state in which those can be looked for.
  ASSERT_EQ(run({"prompt", "execute", "--intent", "hero", "a boat"}).exit_code, 0);
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"jobs", "show", kHostile},
           {"audit", kHostile},
           {"jobs", "list", "--job-state", kHostile},
           {"inspect", kHostile},
           {"heroes", kHostile},
           {"doctor", "--config", kHostile},
           {"doctor", "--provider", kHostile},
           {"jobs", "list", kHostile},
       }) {
    SCOPED_TRACE(arguments[0]);
    const auto ended = run(arguments);
    EXPECT_NE(ended.exit_code, 0);
    expect_plain(ended);
  }
}

TEST_F(HostileText, IsShownInFaultsOfDocuments) {
  folder_.write("config.json", R"({"\u001b\u202e": 1, "provider": 5, "store": "\u202e"})");
  expect_plain(run({"doctor", "--config", "config.json"}));
}

TEST_F(HostileText, IsShownInTables) {
  std::ifstream file(IMAGEGEN_PACK);
  std::stringstream text;
  text << file.rdbuf();
  auto pack = text.str();
  const auto name = pack.find(".webp\"");
  ASSERT_NE(name, std::string::npos);
  pack.insert(name, "\xE2\x80\xAE\xC2\x9B" "gpj");
  folder_.write("pack.json", pack);
  const auto ended = run({"heroes", "pack.json", "--dry-run"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  expect_plain(ended);
}

TEST_F(HostileText, IsNotApproved) {
  for (const auto* command : {"enhance", "execute"}) {
    const auto ended = run({"prompt", command, "--intent", "hero", kHostile});
    EXPECT_EQ(ended.exit_code, 2) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("expected text without control characters"));
    expect_plain(ended);
  }
}

}  // namespace
}  // namespace imagegen::test
