// What a contract suite prints when a store breaks a picture.
#include <imagegen/testing/contract/brief.hpp>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

namespace imagegen::test {
namespace {

TEST(Brief, APictureThatAStoreBreaksIsNotPrintedAsAWhole) {
  const std::string picture(3U << 20U, 'p');
  auto broken = picture;
  broken[2'000'000] = 'q';
  testing::TestPartResultArray failures;
  {
    testing::ScopedFakeTestPartResultReporter reporter(
        testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
    EXPECT_EQ(brief(picture), brief(broken));
    EXPECT_EQ(brief(picture), brief(picture.substr(1)));
    EXPECT_EQ(brief(picture), brief(picture));
  }
  ASSERT_EQ(failures.size(), 2) << "of each of the two, and of nothing else";
  for (int i = 0; i < failures.size(); ++i)
    EXPECT_LT(std::string(failures.GetTestPartResult(i).message()).size(), 1000U);
}

TEST(Brief, AShortTextIsItself) {
  EXPECT_EQ(brief("a red boat"), "a red boat");
}

}  // namespace
}  // namespace imagegen::test
