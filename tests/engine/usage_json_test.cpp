#include "engine/usage_json.hpp"

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include <string>

namespace imagegen {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::optional<Usage> usage_of(std::string_view json, std::vector<FieldFault>& faults) {
  return read_usage(boost::json::parse(json), faults);
}

std::optional<Usage> usage_of(std::string_view json) {
  std::vector<FieldFault> faults;
  auto usage = usage_of(json, faults);
  EXPECT_THAT(faults, IsEmpty()) << json;
  return usage;
}

TEST(UsageJson, ReadsEachFormByItsFields) {
  EXPECT_EQ(usage_of(R"({"inputText": 5, "outputImage": 100})"), Usage(TokenUsage{5, 0, 100, 0}));
  EXPECT_EQ(usage_of(R"({"images": 4})"), Usage(ImageUsage{4}));
  EXPECT_EQ(usage_of(R"({"outputMegapixels": 1.5, "inputMegapixels": 2})"), Usage(MegapixelUsage{1.5, 2}));
  EXPECT_EQ(usage_of(R"({"seconds": 2.5, "hardware": "gpu-a"})"), Usage(SecondsUsage{2.5, "gpu-a"}));
  EXPECT_EQ(usage_of(R"({"billedUsd": 0.048})"), Usage(BilledUsage{Usd::from_dollars(0.048)}));
}

TEST(UsageJson, TakesNoFieldsForTokensAndNullForNothing) {
  EXPECT_EQ(usage_of("{}"), Usage(TokenUsage{}));
  EXPECT_EQ(usage_of("null"), std::nullopt);
}

TEST(UsageJson, WritesWhatItReads) {
  for (const Usage& usage : {Usage(TokenUsage{1, 2, 3, 4}), Usage(ImageUsage{2}), Usage(MegapixelUsage{0.25, 0}),
                             Usage(SecondsUsage{9.5, ""}), Usage(BilledUsage{Usd::from_dollars(0.1)})}) {
    EXPECT_EQ(usage_of(boost::json::serialize(json::Value<Usage>::write(usage))), usage);
  }
}

TEST(UsageJson, RefusesFieldsOfTwoForms) {
  std::vector<FieldFault> faults;
  EXPECT_EQ(usage_of(R"({"outputImage": 100, "billedUsd": 0.04})", faults), std::nullopt);
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_THAT(faults[0].message, HasSubstr("got fields of several"));
}

TEST(UsageJson, NamesTheFieldThatIsWrong) {
  for (const std::string field : {"images", "outputMegapixels", "seconds", "billedUsd", "inputText"}) {
    std::vector<FieldFault> faults;
    usage_of("{\"" + field + "\": -1}", faults);
    ASSERT_THAT(faults, SizeIs(1)) << field;
    EXPECT_EQ(faults[0].path, "usage." + field);
  }
}

}  // namespace
}  // namespace imagegen
