#include <imagegen/core/size_offer.hpp>

#include <gtest/gtest.h>

namespace imagegen {
namespace {

TEST(SizeOffer, AllowsWhatIsOnItsList) {
  SizeOffer offer;
  offer.fixed = {{1024, 1024}, {1536, 1024}};
  EXPECT_TRUE(allows(offer, {1536, 1024}));
  EXPECT_FALSE(allows(offer, {1024, 1536}));
}

TEST(SizeOffer, AllowsWhatItsRuleAllowsWhereThereIsNoList) {
  const SizeOffer offer{{}, 16, 655'360, 8'294'400, 3840, 3.0};
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

}  // namespace
}  // namespace imagegen
