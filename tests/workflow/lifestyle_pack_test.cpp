#include <imagegen/workflow/heroes/lifestyle_pack.hpp>

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include "workflow/example_pack.hpp"
#include "workflow/heroes/lifestyle_pack_json.hpp"

namespace imagegen {
namespace {

using Faults = std::vector<FieldFault>;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

boost::json::object& row(boost::json::value& pack, std::size_t index) {
  return pack.at("export_plan").as_array()[index].as_object();
}
boost::json::object& board(boost::json::value& pack, std::size_t index) {
  return pack.at("shot_boards").as_array()[index].as_object();
}

Faults faults_of(const boost::json::value& document) {
  const auto parsed = parse_lifestyle_pack(boost::json::serialize(document));
  const auto* faults = std::get_if<Faults>(&parsed);
  return faults ? *faults : Faults{};
}

std::string one_fault_of(const boost::json::value& document) {
  const auto faults = faults_of(document);
  return faults.size() == 1 ? faults[0].path + ": " + faults[0].message : std::to_string(faults.size()) + " faults";
}

TEST(LifestylePack, IsReadWithItsDefaults) {
  const auto pack = test::example_pack();
  ASSERT_EQ(pack.export_plan.size(), 9U);
  const auto& first = pack.export_plan[0];
  EXPECT_EQ(first.filename.str(), "fcc/lifestyle/OL-1_Desktop_96x40.webp");
  EXPECT_EQ(first.size, (PixelSize{96, 40}));
  EXPECT_EQ(first.encoding, Encoding{ImageFormat::webp});
  EXPECT_EQ(quality_of(first.encoding), 90);
  EXPECT_EQ(first.position, std::nullopt);
  EXPECT_FALSE(first.is_primary);
  EXPECT_EQ(pack.shot_boards[2].fields.at("card_title"), "Bloom");
}

// The number is in the order of a job, so that a later default does not change what is made of it.
TEST(LifestylePack, WritesTheQualityThatItsFormatHasWhereNoneIsSaid) {
  auto document = test::example_pack_json();
  row(document, 0)["format"] = "avif", row(document, 0)["filename"] = "a/b.avif";
  row(document, 1)["format"] = "avif", row(document, 1)["filename"] = "a/c.avif", row(document, 1)["quality"] = 90;
  const auto written = lifestyle_pack_json(test::parse_pack(document));
  const auto quality = [&](std::size_t index) { return written.at("export_plan").as_array()[index].at("quality").as_int64(); };
  EXPECT_EQ(quality(0), 78);
  EXPECT_EQ(quality(1), 90);
  EXPECT_EQ(quality(2), 90);
}

TEST(LifestylePack, TakesNotesInSeveralLinesAndMakesThemOne) {
  auto document = test::example_pack_json();
  board(document, 0)["notes"] = "The fold is left.\r\n\tKeep the front free.";
  EXPECT_EQ(test::parse_pack(document).shot_boards[0].fields.at("notes"), "The fold is left. Keep the front free.");
  board(document, 0)["notes"] = "a\u202Eb";
  EXPECT_THAT(one_fault_of(document), HasSubstr("notes: expected"));
}

TEST(LifestylePack, KeepsFieldsItDoesNotKnow) {
  auto document = test::example_pack_json();
  row(document, 0)["cdn_hint"] = "eu";
  EXPECT_THAT(test::parse_pack(document).document, HasSubstr("cdn_hint"));
}

TEST(LifestylePack, TakesQualityAndPositionPerRow) {
  auto document = test::example_pack_json();
  row(document, 0)["quality"] = 0;
  row(document, 0)["position"] = "north-east";
  row(document, 1)["position"] = {{"x", 0.25}, {"y", 1}};
  const auto pack = test::parse_pack(document);
  EXPECT_EQ(pack.export_plan[0].encoding.quality, 0);
  EXPECT_EQ(pack.export_plan[0].position, (CropPosition{CropRule::focal_point, {1.0F, 0.0F}}));
  EXPECT_EQ(pack.export_plan[1].position, (CropPosition{CropRule::focal_point, {0.25F, 1.0F}}));
}

TEST(LifestylePack, ListsEveryFaultByItsPath) {
  auto document = test::example_pack_json();
  row(document, 3)["width"] = 0;
  row(document, 3)["height"] = 16384;
  row(document, 4)["sku"] = " ";
  row(document, 5)["quality"] = 101;
  row(document, 5)["position"] = "middle";
  row(document, 6)["is_primary"] = "yes";
  board(document, 0).erase("camera");
  std::vector<std::string> paths;
  for (const auto& fault : faults_of(document)) paths.push_back(fault.path);
  EXPECT_THAT(paths, ElementsAre("export_plan[3].width", "export_plan[3].height", "export_plan[4].sku",
                                 "export_plan[5].quality", "export_plan[5].position", "export_plan[6].is_primary",
                                 "shot_boards[0].camera"));
  EXPECT_EQ(faults_of(document)[0].message, "expected 1..16383, got 0");
}

TEST(LifestylePack, RefusesKeysThatAreNotSafe) {
  for (const auto* name :
       {"/etc/x.webp", "../x.webp", "a/../x.webp", "a\n.webp", "masters/x.webp", ".imagegen-tmp/x.webp"}) {
    auto document = test::example_pack_json();
    row(document, 0)["filename"] = name;
    EXPECT_THAT(one_fault_of(document), HasSubstr("export_plan[0].filename: expected")) << name;
  }
}

TEST(LifestylePack, RefusesOneFilenameTwice) {
  auto document = test::example_pack_json();
  row(document, 8)["filename"] = row(document, 0)["filename"];
  EXPECT_THAT(one_fault_of(document), HasSubstr("export_plan[8].filename: expected a name of its own"));
}

TEST(LifestylePack, RefusesAFormatThatDisagreesWithTheExtension) {
  auto document = test::example_pack_json();
  row(document, 0)["format"] = "png";
  EXPECT_EQ(one_fault_of(document), "export_plan[0].format: expected webp as in the filename's extension, got png");
  row(document, 0)["format"] = "gif";
  EXPECT_THAT(one_fault_of(document), HasSubstr("expected webp, jpeg, png or avif, got \"gif\""));
}

TEST(LifestylePack, RefusesTwoBoardsForOneShotAndControlCharacters) {
  auto document = test::example_pack_json();
  board(document, 1)["shot_id"] = "OL-1";
  EXPECT_THAT(one_fault_of(document), HasSubstr("shot_boards[1].shot_id"));
  document = test::example_pack_json();
  board(document, 1)["scenario"] = "a\tb";
  EXPECT_THAT(one_fault_of(document), HasSubstr("shot_boards[1].scenario: expected text without control characters"));
  for (const auto* unseen : {"a\xE2\x80\xAE", "a\xF3\xA0\x81\xA1"}) {
    board(document, 1)["scenario"] = unseen;
    EXPECT_THAT(one_fault_of(document), HasSubstr("shot_boards[1].scenario: expected text without control characters"));
  }
}

TEST(LifestylePack, RefusesWhatIsNoPack) {
  const auto faults_in = [](std::string_view text) { return std::get<Faults>(parse_lifestyle_pack(text)); };
  EXPECT_THAT(faults_in("not json").at(0).message, HasSubstr("expected JSON"));
  EXPECT_EQ(faults_in("{}"), (Faults{{"export_plan", "expected an array, got nothing"},
                                     {"shot_boards", "expected an array, got nothing"}}));
  EXPECT_EQ(faults_in("[]"), (Faults{{"", "expected an object, got an array"}}));
  EXPECT_EQ(faults_in(R"({"export_plan":[],"shot_boards":[]})"),
            (Faults{{"export_plan", "expected at least one row, got none"}}));
  EXPECT_EQ(faults_in(R"({"export_plan":[7],"shot_boards":[]})"),
            (Faults{{"export_plan[0]", "expected an object, got 7"}}));
}

}  // namespace
}  // namespace imagegen
