// `imagegen heroes` on the example pack, with the placeholder: what the quickstart does.
#include <imagegen/image/decode.hpp>

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include <filesystem>

#include "cli/process.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

const std::string kDesktop1 = "out/fcc/lifestyle/OL-1_Desktop_1920x800.webp";

class HeroesCommand : public ::testing::Test {
 protected:
  Ended heroes(std::vector<std::string> more = {}, std::string pack = IMAGEGEN_PACK) {
    std::vector<std::string> arguments = {"heroes", std::move(pack)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_cli(arguments, environment_, folder_.path());
  }
  // What would change if a file were written again.
  std::map<std::string, std::filesystem::file_time_type> state() const {
    std::map<std::string, std::filesystem::file_time_type> all;
    for (const auto& name : folder_.pictures()) all[name] = std::filesystem::last_write_time(folder_ / name);
    return all;
  }

  Folder folder_;
  Environment environment_;
};

TEST_F(HeroesCommand, MakesTheNineFilesOfTheExamplePackInTheirSizes) {
  const auto ended = heroes();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(folder_.pictures(), SizeIs(9 + 3)) << "nine files and three masters";
  const auto file = folder_.read(kDesktop1);
  const auto info = inspect_image(as_bytes(file));
  ASSERT_THAT(info, IsOk());
  EXPECT_EQ(info->format, ImageFormat::webp);
  EXPECT_EQ(info->size, (PixelSize{1920, 800}));
  EXPECT_THAT(ended.out, AllOf(HasSubstr("OL-3"), HasSubstr("fcc/lifestyle/OL-3_Mobile_800x1000.webp")));
  EXPECT_THAT(ended.err,
              HasSubstr("Generated 9 lifestyle hero images for shots OL-1, OL-2, OL-3 (Desktop/Tablet/Mobile)."));
}

TEST_F(HeroesCommand, BuysAndWritesNothingTheSecondTime) {
  heroes({"--contact-sheet", "out/sheet.html"});
  const auto before = state();
  const auto again = heroes({"--contact-sheet", "out/sheet.html"});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_EQ(state(), before);
  EXPECT_THAT(again.err, HasSubstr("0 pictures bought"));
}

TEST_F(HeroesCommand, GivesADeletedFileBackWithTheSameBytes) {
  heroes();
  const auto before = folder_.read(kDesktop1);
  std::filesystem::remove(folder_ / kDesktop1);
  const auto again = heroes();
  EXPECT_EQ(folder_.read(kDesktop1), before);
  EXPECT_THAT(
      again.err,
      HasSubstr(
          "Generated 1 lifestyle hero image for shots OL-1 (Desktop). 8 files existed already. 0 pictures bought"));
}

TEST_F(HeroesCommand, PrintsTheResultDocumentAndNothingElseOnStdout) {
  const auto ended = heroes({"--json", "--shot", "OL-2"});
  const auto document = boost::json::parse(ended.out);
  EXPECT_EQ(document.at("ok"), true);
  EXPECT_EQ(document.at("workItemId"), "wi-greeting-cards");
  EXPECT_EQ(document.at("generated").as_array().size(), 3U);
  EXPECT_THAT(ended.err, IsEmpty());
}

TEST_F(HeroesCommand, DrawsAProgressBarOnATerminalAndNoneElsewhere) {
  const auto on_terminal = run_cli_on_terminal({"heroes", IMAGEGEN_PACK, "--shot", "OL-1"}, {}, folder_.path());
  EXPECT_EQ(on_terminal.exit_code, 0);
  EXPECT_THAT(on_terminal.out, AllOf(HasSubstr("[######--------------] 1/3  fcc/lifestyle/"), HasSubstr("] 3/3")));
  const auto elsewhere = heroes({"--shot", "OL-2"});
  EXPECT_THAT(elsewhere.out + elsewhere.err, Not(HasSubstr("[###")));
}

TEST_F(HeroesCommand, WritesNothingInADryRunAndShowsPromptAndPrice) {
  const auto ended = heroes({"--dry-run"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(folder_.files(), IsEmpty());
  EXPECT_THAT(ended.out,
              AllOf(HasSubstr("planned"), HasSubstr("photorealistic lifestyle image for a greeting card titled")));
  EXPECT_THAT(ended.err, HasSubstr("Would cost about $0.00"));
}

TEST_F(HeroesCommand, ShowsEveryCropOnTheContactSheet) {
  heroes({"--contact-sheet", "out/sheet.html"});
  const auto html = folder_.read("out/sheet.html");
  for (const auto* shot : {"OL-1", "OL-2", "OL-3"}) {
    for (const auto* size : {"Desktop_1920x800", "Tablet_1200x600", "Mobile_800x1000"}) {
      EXPECT_THAT(html, HasSubstr("href=\"fcc/lifestyle/" + std::string(shot) + "_" + size + ".webp\""));
    }
  }
  EXPECT_EQ(inspect_image(as_bytes(folder_.read("out/sheet.png")))->size.width, 1600);
}

TEST_F(HeroesCommand, ListsAllFaultsOfABadPackByPathAndEndsWith2) {
  const auto ended = heroes({}, IMAGEGEN_BAD_PACK);
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err,
              AllOf(HasSubstr("INVALID_REQUEST"), HasSubstr("export_plan[1].width: expected 1..16383, got 0"),
                    HasSubstr("shot_boards[1].position.y: expected a number in [0, 1], got 1.5")));
  EXPECT_THAT(folder_.files(), IsEmpty());
  const auto as_json = boost::json::parse(heroes({"--json"}, IMAGEGEN_BAD_PACK).out);
  EXPECT_EQ(as_json.at("error").at("code"), "INVALID_REQUEST");
  EXPECT_GT(as_json.at("error").at("details").at("fieldErrors").as_object().size(), 3U);
}

TEST_F(HeroesCommand, TakesAPackWithAByteOrderMarkAndOneFromStandardInput) {
  folder_.write("marked.json", "\xEF\xBB\xBF" + read_file(IMAGEGEN_PACK));
  EXPECT_EQ(heroes({"--dry-run"}, "marked.json").exit_code, 0);
  const std::string command = "\"$0\" heroes - --dry-run < marked.json";
  EXPECT_EQ(Process({"-c", command, IMAGEGEN_CLI}, {}, folder_.path(), "/bin/sh").wait().exit_code, 0);
}

TEST_F(HeroesCommand, InitWritesAPackThatCanBeMadeAtOnceAndNeverWritesOverOne) {
  const auto init = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"init", "new"});
    return run_cli(more, {}, folder_.path());
  };
  EXPECT_EQ(init({}).exit_code, 0);
  EXPECT_EQ(heroes({"--dry-run"}, "new/pack.json").exit_code, 0);
  folder_.write("new/pack.json", "mine");
  EXPECT_EQ(init({}).exit_code, 2);
  EXPECT_EQ(folder_.read("new/pack.json"), "mine");
  EXPECT_EQ(init({"--force"}).exit_code, 0);
  EXPECT_NE(folder_.read("new/pack.json"), "mine");
}

TEST_F(HeroesCommand, SaysThatAPackIsMissing) {
  const auto ended = heroes({"--json"}, "no-such-pack.json");
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_EQ(boost::json::parse(ended.out).at("error").at("code"), "LIFESTYLE_PACK_NOT_FOUND");
  EXPECT_THAT(ended.err, HasSubstr("no-such-pack.json: there is no such file"));
}

TEST_F(HeroesCommand, EndsWith3WhenAShotAskedForIsMissing) {
  const auto ended = heroes({"--shot", "OL-1", "--shot", "OL-9"});
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_THAT(ended.err, HasSubstr("OL-9: the pack has no rows or no board"));
}

TEST_F(HeroesCommand, EndsWith2ForWrongUsageAndSaysWhatIsAllowed) {
  EXPECT_EQ(heroes({"--no-such-option"}).exit_code, 2);
  EXPECT_EQ(heroes({"--provider", "nobody"}).exit_code, 2);
  EXPECT_THAT(heroes({"--store", "ftp://x"}).err, HasSubstr("s3://"));
  EXPECT_EQ(run_cli({}, {}, folder_.path()).exit_code, 2);
}

TEST_F(HeroesCommand, ListsItsExitCodesInTheHelp) {
  const auto ended = run_cli({"heroes", "--help"}, {{"COLUMNS", "200"}}, folder_.path());
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.out,
              HasSubstr("0 done, 1 failed, 2 wrong usage or input, 3 partly done, 5 over budget, 130 interrupted"));
}

TEST_F(HeroesCommand, AppendsOneEventForEachRun) {
  heroes({"--events", "events.jsonl"});
  heroes({"--events", "events.jsonl"});
  const auto lines = folder_.read("events.jsonl");
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  EXPECT_THAT(lines, HasSubstr(R"("work_item_id":"wi-greeting-cards","shots_generated":3,"sizes_generated":9,)"));
}

TEST_F(HeroesCommand, UsesATemplateOfTheUsersOwn) {
  folder_.write("template.txt", "Only the scenario: {scenario}.");
  const auto ended = heroes({"--dry-run", "--prompt-template", "template.txt"});
  EXPECT_THAT(ended.out, HasSubstr("Only the scenario: "));
  folder_.write("template.txt", "{nothing}");
  EXPECT_EQ(heroes({"--dry-run", "--prompt-template", "template.txt"}).exit_code, 2);
}

TEST_F(HeroesCommand, TakesOptionsBeforeTheEnvironmentBeforeTheFile) {
  folder_.write("config.json", R"({"store":"file:from-file"})");
  heroes({"--config", "config.json", "--shot", "OL-1"});
  EXPECT_THAT(folder_.files(), ::testing::Contains(StartsWith("from-file/")));
  environment_["IMAGEGEN_STORE"] = "file:from-environment";
  heroes({"--config", "config.json", "--shot", "OL-1"});
  EXPECT_THAT(folder_.files(), ::testing::Contains(StartsWith("from-environment/")));
  heroes({"--config", "config.json", "--shot", "OL-1", "--store", "file:from-option"});
  EXPECT_THAT(folder_.files(), ::testing::Contains(StartsWith("from-option/")));
}

TEST_F(HeroesCommand, NamesEveryWrongFieldOfItsConfiguration) {
  folder_.write("config.json", R"({"stor":"x","threads":0})");
  const auto ended = heroes({"--config", "config.json"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("stor: unknown field"), HasSubstr("threads: expected 1..256, got 0")));
}

}  // namespace
}  // namespace imagegen::test
