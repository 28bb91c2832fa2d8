#include <imagegen/workflow/heroes/lifestyle_pack.hpp>

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

/// \file The packs that the quick start and the documentation show.
namespace imagegen {
namespace {

using testing::ElementsAre;

LifestylePackResult read_example(const std::string& name) {
  std::ifstream file(std::string(IMAGEGEN_EXAMPLE_PACKS) + "/" + name, std::ios::binary);
  return parse_lifestyle_pack(std::string(std::istreambuf_iterator<char>(file), {}));
}

TEST(ExamplePack, AsksForThreeShotsInThreeSizes) {
  const auto result = read_example("wi-greeting-cards.json");
  const auto* pack = std::get_if<LifestylePack>(&result);
  ASSERT_TRUE(pack);
  EXPECT_EQ(pack->shot_boards.size(), 3U);
  ASSERT_EQ(pack->export_plan.size(), 9U);
  EXPECT_EQ(pack->export_plan[0].filename.str(), "fcc/lifestyle/OL-1_Desktop_1920x800.webp");
  EXPECT_EQ(pack->export_plan[4].size, (PixelSize{1200, 600}));
  EXPECT_EQ(pack->export_plan[8].size, (PixelSize{800, 1000}));
}

TEST(ExamplePack, ShowsEveryOptionalFieldOfABoard) {
  const auto result = read_example("wi-greeting-cards.json");
  const auto* pack = std::get_if<LifestylePack>(&result);
  ASSERT_TRUE(pack);
  EXPECT_TRUE(pack->shot_boards[0].fields.contains("notes"));
  EXPECT_EQ(pack->shot_boards[1].position, (CropPosition{CropRule::focal_point, {0.5F, 0.58F}}));
}

TEST(BadPack, HasAFaultOfEachKind) {
  const auto result = read_example("bad-pack.json");
  const auto* faults = std::get_if<std::vector<FieldFault>>(&result);
  ASSERT_TRUE(faults);
  std::vector<std::string> paths;
  for (const auto& fault : *faults) paths.push_back(fault.path);
  EXPECT_THAT(paths, ElementsAre("export_plan[1].width", "export_plan[2].filename", "export_plan[3].filename",
                                 "export_plan[3].position", "export_plan[4].height", "export_plan[4].format",
                                 "export_plan[4].quality", "export_plan[5].sku", "export_plan[5].format",
                                 "shot_boards[0].lighting", "shot_boards[1].position.y"));
}

}  // namespace
}  // namespace imagegen
