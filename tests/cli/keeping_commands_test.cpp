// `imagegen state copy`, `erase` and `operations`: what is kept, moved and removed, on SQLite files and the
// placeholder.
#include <gmock/gmock.h>
#include <boost/json.hpp>

#include "cli/process.hpp"

namespace imagegen::test {
namespace {

namespace js = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class KeepingCommands : public ::testing::Test {
 protected:
  Ended run(const std::vector<std::string>& arguments) { return run_cli(arguments, {}, folder_.path()); }
  js::value json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const auto ended = run(arguments);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return js::parse(ended.out);
  }
  // A job of this user, done.
  std::string make(const std::string& user, const std::string& prompt) {
    const auto queued = run({"prompt", "execute", "--intent", "hero", prompt, "--user", user});
    EXPECT_EQ(queued.exit_code, 0) << queued.err;
    EXPECT_EQ(run({"worker", "--until-idle"}).exit_code, 0);
    return queued.out.substr(0, queued.out.find('\n'));
  }

  Folder folder_;
};

TEST_F(KeepingCommands, ACopiedStateHasTheSameJobsAndAnInterruptedOneIsFinishedByTheSameCommand) {
  const auto id = make("u-1", "a boat");
  const auto report = json({"state", "copy", "sqlite:imagegen.db", "sqlite:backup.db"});
  EXPECT_FALSE(report.at("parts").as_array().empty());
  EXPECT_FALSE(report.at("sourceRetired").as_bool());
  EXPECT_EQ(json({"jobs", "show", id, "--state", "sqlite:backup.db"}), json({"jobs", "show", id}));
  EXPECT_EQ(json({"audit", id, "--state", "sqlite:backup.db"}), json({"audit", id}));

  const auto again = run({"state", "copy", "sqlite:imagegen.db", "sqlite:backup.db"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("was already equal to"));
}

TEST_F(KeepingCommands, AStateThatWasMovedGivesNoMoreWork) {
  make("u-1", "a boat");
  EXPECT_EQ(run({"state", "copy", "sqlite:imagegen.db", "sqlite:new.db", "--retire-source"}).exit_code, 0);
  const auto refused = run({"prompt", "execute", "--intent", "hero", "a boat", "--user", "u-1"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.err, HasSubstr("moved"));
  EXPECT_EQ(run({"worker", "--until-idle", "--state", "sqlite:new.db"}).exit_code, 0);
}

TEST_F(KeepingCommands, WhatCannotBeCopiedIsNamed) {
  const auto missing = run({"state", "copy", "sqlite:none.db", "sqlite:backup.db"});
  EXPECT_NE(missing.exit_code, 0);
  EXPECT_THAT(missing.err, HasSubstr("none.db"));
  const auto kind = run({"state", "copy", "mongodb://h/db", "sqlite:backup.db"});
  EXPECT_NE(kind.exit_code, 0);
  EXPECT_THAT(kind.err, HasSubstr("expected"));
  EXPECT_EQ(run({"state", "copy", "sqlite:imagegen.db"}).exit_code, 2);
}

TEST_F(KeepingCommands, ErasingRemovesWhatAUserHasAndNothingElse) {
  make("u-1", "a boat of Ann");
  make("u-10", "a house of Bob");
  const auto before = folder_.pictures().size();
  const auto planned = json({"erase", "--user", "u-1", "--dry-run"});
  EXPECT_EQ(planned.at("jobs"), 1);
  EXPECT_EQ(folder_.pictures().size(), before);

  const auto erased = run({"erase", "--user", "u-1"});
  EXPECT_EQ(erased.exit_code, 0) << erased.err;
  EXPECT_THAT(erased.out, HasSubstr("removed images/"));
  EXPECT_LT(folder_.pictures().size(), before);
  const auto database = folder_.read("imagegen.db");
  EXPECT_THAT(database, Not(HasSubstr("a boat of Ann")));
  EXPECT_THAT(database, HasSubstr("a house of Bob"));
  EXPECT_TRUE(json({"erase", "--user", "u-1"}).at("foundNothing").as_bool());
  EXPECT_EQ(json({"spend"}).at("purchases").as_array().size(), 2U) << "the ledger keeps amounts";
}

TEST_F(KeepingCommands, ErasingNeedsExactlyOnePersonAndNoLiveJobs) {
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"erase"}, {"erase", "--user", "u", "--character", "c"}}) {
    const auto refused = run(wrong);
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("expected a user or a character"));
  }
  const auto queued = run({"prompt", "execute", "--intent", "hero", "a boat", "--user", "u-1"});
  const auto id = queued.out.substr(0, queued.out.find('\n'));
  const auto refused = run({"erase", "--user", "u-1"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr(id));
  EXPECT_EQ(json({"erase", "--user", "u-1", "--cancel-jobs"}).at("cancelled"), 1);
}

TEST_F(KeepingCommands, OperationsAreListedForPeopleAndForTools) {
  const auto listed = run({"operations"});
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_THAT(listed.out, HasSubstr("heroes.generate  Makes the lifestyle heroes"));
  const auto described = json({"operations"}).at("operations").as_array();
  EXPECT_EQ(static_cast<std::size_t>(std::count(listed.out.begin(), listed.out.end(), '\n')), described.size());
  EXPECT_EQ(described.at(0).at("request").at("type"), "object");
}

}  // namespace
}  // namespace imagegen::test
