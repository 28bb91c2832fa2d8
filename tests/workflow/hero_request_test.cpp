#include <imagegen/workflow/heroes/hero_request.hpp>

#include <gtest/gtest.h>

namespace imagegen {
namespace {

using Faults = std::vector<FieldFault>;

HeroRequest request_of(std::string_view json) {
  return std::get<HeroRequest>(parse_hero_request(json));
}
Faults faults_of(std::string_view json) {
  return std::get<Faults>(parse_hero_request(json));
}

TEST(HeroRequest, HasDefaultsForEverything) {
  const auto request = request_of("{}");
  EXPECT_TRUE(request.shot_ids.empty());
  EXPECT_FALSE(request.dry_run);
  EXPECT_FALSE(request.overwrite);
}

TEST(HeroRequest, IsRead) {
  const auto request = request_of(R"({"shotIds":["OL-1","OL-2"],"dryRun":true,"overwrite":true})");
  EXPECT_EQ(request.shot_ids, (std::vector<std::string>{"OL-1", "OL-2"}));
  EXPECT_TRUE(request.dry_run);
  EXPECT_TRUE(request.overwrite);
}

TEST(HeroRequest, RefusesUnknownAndWrongFieldsAllAtOnce) {
  EXPECT_EQ(faults_of(R"({"shotIds":["",1],"dryRun":"yes","shots":[]})"),
            (Faults{{"shotIds[0]", "expected a string that is not empty, got \"\""},
                    {"shotIds[1]", "expected a string, got 1"},
                    {"dryRun", "expected true or false, got \"yes\""},
                    {"shots", "unknown field"}}));
  EXPECT_EQ(faults_of("null"), (Faults{{"", "expected an object, got null"}}));
}

}  // namespace
}  // namespace imagegen
