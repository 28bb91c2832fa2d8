#include <imagegen/core/size_offer.hpp>

#include <gtest/gtest.h>

#include <random>

namespace imagegen {
namespace {

SizeOffer listed(std::vector<PixelSize> sizes) {
  return SizeList{std::move(sizes)};
}

SizeOffer multiples_of_16() {
  return SizeRule{16, 655'360, 8'294'400, 3840, 3.0};
}

const std::vector<PixelSize> kHeroes = {{1920, 800}, {1200, 600}, {800, 1000}};

TEST(MasterSize, EnlargesAsLittleAsTheListAllows) {
  EXPECT_EQ(choose_master_size(listed({{1024, 1024}, {1536, 1024}, {1024, 1536}}), kHeroes), (PixelSize{1536, 1024}));
  EXPECT_EQ(choose_master_size(listed({{1024, 1024}, {1536, 1024}, {1024, 1536}}), std::vector<PixelSize>{{900, 1500}}),
            (PixelSize{1024, 1536}));
}

TEST(MasterSize, ThenCutsAwayAsLittleAsPossibleThenTakesTheSmallest) {
  EXPECT_EQ(choose_master_size(listed({{1792, 1024}, {1024, 1024}}), std::vector<PixelSize>{{300, 300}}),
            (PixelSize{1024, 1024}));
  EXPECT_EQ(choose_master_size(listed({{1024, 1024}, {512, 512}, {256, 256}}), std::vector<PixelSize>{{300, 300}}),
            (PixelSize{512, 512}));
}

TEST(MasterSize, IsTheSmallestWithRoomForEverythingWhereAnySizeMayBeAskedFor) {
  EXPECT_EQ(choose_master_size(multiples_of_16(), kHeroes), (PixelSize{1920, 1008}));
  EXPECT_EQ(choose_master_size(SizeRule{}, kHeroes), (PixelSize{1920, 1000}));
}

TEST(MasterSize, ObeysTheRuleWhateverIsWanted) {
  std::mt19937 random(7);
  const auto side = [&] { return static_cast<int>(random() % 16383 + 1); };
  for (int i = 0; i < 20'000; ++i) {
    const std::vector<PixelSize> outputs = {{side(), side()}, {side() % 300 + 1, side()}};
    const auto chosen = choose_master_size(multiples_of_16(), outputs);
    ASSERT_TRUE(allows(multiples_of_16(), chosen))
        << to_string(chosen) << " for " << to_string(outputs[0]) << " and " << to_string(outputs[1]);
  }
}

TEST(MasterSize, ObeysTheRuleForExtremeShapes) {
  for (const PixelSize output : {PixelSize{1, 1}, PixelSize{16383, 1}, PixelSize{1, 16383}, PixelSize{16383, 16383}}) {
    EXPECT_TRUE(allows(multiples_of_16(), choose_master_size(multiples_of_16(), std::vector{output})))
        << to_string(output);
  }
}

}  // namespace
}  // namespace imagegen
