#include <imagegen/plan/export_plan.hpp>

#include <gtest/gtest.h>

#include <cmath>

#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsWith;
using test::IsOk;

ExportPreset hero(PixelSize box) {
  return {.name = "hero", .box = box, .encoding = {}, .position = {}};
}

TEST(ExportPlan, KeepsPresetOrderAndCropsToEachBox) {
  auto wide = hero({1200, 600});
  auto tall = hero({800, 1000});
  tall.name = "tall";
  const auto plan = plan_export({2000, 1000}, std::vector{wide, tall});
  ASSERT_THAT(plan, IsOk());
  ASSERT_EQ(plan->steps.size(), 2U);
  EXPECT_EQ(plan->steps[0].crop, (PixelRect{0, 0, 2000, 1000}));
  EXPECT_EQ(plan->steps[1].crop, (PixelRect{600, 0, 800, 1000}));
  EXPECT_FALSE(plan->steps[1].upscaled);
}

TEST(ExportPlan, SkipsPresetsLargerThanTheCropUnlessTheyMayBeEnlarged) {
  auto preset = hero({1920, 800});
  EXPECT_EQ(plan_export({1536, 1024}, std::vector{preset})->skipped, std::vector<std::string>{"hero"});
  preset.allow_upscale = true;
  const auto plan = plan_export({1536, 1024}, std::vector{preset});
  ASSERT_EQ(plan->steps.size(), 1U);
  EXPECT_TRUE(plan->steps[0].upscaled);
}

TEST(ExportPlan, RefusesEmptySizesAFocusOutOfRangeAndANameTwice) {
  EXPECT_THAT(plan_export({0, 10}, std::vector{hero({1, 1})}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(plan_export({10, 10}, std::vector{hero({1, 0})}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(plan_export({10, 10}, std::vector{hero({1, 1}), hero({2, 2})}), FailsWith(Errc::invalid_argument));
  auto unfocused = hero({1, 1});
  unfocused.position.focus.x = 1.5F;
  EXPECT_THAT(plan_export({10, 10}, std::vector{unfocused}), FailsWith(Errc::invalid_argument));
  unfocused.position.focus.x = std::nanf("");
  EXPECT_THAT(plan_export({10, 10}, std::vector{unfocused}), FailsWith(Errc::invalid_argument));
}

}  // namespace
}  // namespace imagegen
