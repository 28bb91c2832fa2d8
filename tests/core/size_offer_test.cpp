#include <imagegen/core/size_offer.hpp>

#include <gtest/gtest.h>

namespace imagegen {
namespace {

TEST(SizeOffer, AllowsWhatIsOnItsList) {
  const SizeOffer offer = SizeList{{{1024, 1024}, {1536, 1024}}};
  EXPECT_TRUE(allows(offer, {1536, 1024}));
  EXPECT_FALSE(allows(offer, {1024, 1536}));
}

TEST(SizeOffer, AllowsWhatItsRuleAllowsWhereThereIsNoList) {
  const SizeOffer offer = SizeRule{16, 655'360, 8'294'400, 3840, 3.0};
  EXPECT_TRUE(allows(offer, {1920, 1008}));
  EXPECT_TRUE(allows(offer, {3840, 2160}));
  EXPECT_TRUE(allows(offer, {2160, 3840}));
  EXPECT_FALSE(allows(offer, {1920, 1000})) << "not a multiple of 16";
  EXPECT_FALSE(allows(offer, {640, 640})) << "too few pixels";
  EXPECT_FALSE(allows(offer, {3840, 2176})) << "too many pixels";
  EXPECT_FALSE(allows(offer, {3856, 1600})) << "too long a side";
  EXPECT_FALSE(allows(offer, {2048, 512})) << "4:1";
  EXPECT_FALSE(allows(offer, {0, 0}));
}

TEST(SizeOffer, FindsTheShapeThatIsAskedForByItsWords) {
  const SizeOffer offer = RatioList{{{"1:1", "1K", {1024, 1024}}, {"16:9", "2K", {2752, 1536}}}};
  EXPECT_TRUE(allows(offer, {2752, 1536}));
  EXPECT_FALSE(allows(offer, {2752, 1548}));
  ASSERT_NE(shape_of(offer, {2752, 1536}), nullptr);
  EXPECT_EQ(shape_of(offer, {2752, 1536})->level, "2K");
  EXPECT_EQ(shape_of(offer, {1, 1}), nullptr);
}

TEST(SizeOffer, ReckonsWithTheUsualSizeWhereTheServerDecides) {
  const SizeOffer offer = ServerDecides{{832, 1216}};
  EXPECT_TRUE(allows(offer, {832, 1216}));
  EXPECT_EQ(describe(offer), "one of 832x1216");
  const std::vector<PixelSize> outputs{{1920, 800}};
  EXPECT_EQ(choose_master_size(offer, outputs), (PixelSize{832, 1216}));
}

}  // namespace
}  // namespace imagegen
