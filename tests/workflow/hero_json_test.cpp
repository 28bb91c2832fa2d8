#include <imagegen/workflow/heroes/hero_result.hpp>

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace imagegen {
namespace {

HeroOutput output(std::string shot, std::string label) {
  HeroOutput made;
  made.shot_id = shot, made.size_label = label, made.filename = shot + "_" + label + ".webp", made.format = "webp";
  made.size = {96, 40}, made.crop = {0, 1, 96, 40}, made.size_bytes = 7, made.url = "memory:x";
  return made;
}

boost::json::value parsed(const HeroOutcome& outcome) {
  return boost::json::parse(to_json(outcome));
}

TEST(HeroJson, IsTheResultDocument) {
  HeroResult result;
  result.work_item_id = "wi-1";
  result.generated = {output("OL-1", "Desktop")};
  result.skipped_existing = {{"OL-1", "b.webp", "Tablet"}};
  result.missing_shots = {"OL-9"};
  result.failed = {{"OL-2", "", {Errc::content_refused, "refused"}, true}};
  result.cost.estimated = Usd::from_dollars(0.25);
  const auto json = parsed(result);
  EXPECT_EQ(json.at("ok"), true);
  EXPECT_EQ(json.at("workItemId"), "wi-1");
  EXPECT_EQ(json.at("dryRun"), false);
  EXPECT_EQ(json.at("overwrite"), false);
  EXPECT_EQ(json.at("generated").at(0).at("filename"), "OL-1_Desktop.webp");
  EXPECT_EQ(json.at("generated").at(0).at("width"), 96);
  EXPECT_EQ(boost::json::serialize(json.at("skippedExisting")),
            R"([{"shot_id":"OL-1","filename":"b.webp","reason":"EXISTS"}])");
  EXPECT_EQ(boost::json::serialize(json.at("missingShots")), R"(["OL-9"])");
  EXPECT_EQ(json.at("failed").at(0).at("error"), "CONTENT_REFUSED");
  EXPECT_EQ(json.at("failed").at(0).at("maybe_spent"), true);
  EXPECT_EQ(json.at("cost").at("estimated"), 0.25);
  EXPECT_EQ(json.as_object().size(), 9U) << "no other fields than the document has";
}

TEST(HeroJson, NeverCarriesTheProvidersText) {
  Error error{Errc::content_refused, "refused"};
  error.provider_text = "quoted prompt of a user";
  HeroResult result;
  result.failed = {{"OL-2", "", error, false}};
  EXPECT_EQ(to_json(result).find("quoted prompt"), std::string::npos);
}

TEST(HeroJson, CallsAnUnknownPriceNullNotZero) {
  EXPECT_TRUE(parsed(HeroResult{}).at("cost").at("estimated").is_null());
}

TEST(HeroJson, SortsFaultsIntoFormAndFieldErrors) {
  const auto refusal = invalid_request(
      {{"", "expected JSON"}, {"export_plan[3].width", "expected 1..16383, got 0"}, {"a", "x"}, {"a", "y"}});
  EXPECT_EQ(to_json(refusal), R"({"ok":false,"error":"INVALID_REQUEST","details":{"formErrors":["expected JSON"],)"
                              R"("fieldErrors":{"export_plan[3].width":["expected 1..16383, got 0"],"a":["x","y"]}}})");
  EXPECT_EQ(http_status(refusal), 400);
}

TEST(HeroJson, SaysNoMoreThanItMayOfWhatNobodyExpected) {
  EXPECT_EQ(to_json(internal_error("std::bad_alloc at line 7")), R"({"ok":false,"error":"INTERNAL_ERROR"})");
  EXPECT_EQ(to_json(lifestyle_pack_not_found()), R"({"ok":false,"error":"LIFESTYLE_PACK_NOT_FOUND"})");
  EXPECT_EQ(http_status(internal_error("x")), 500);
  EXPECT_EQ(http_status(lifestyle_pack_not_found()), 404);
}

TEST(ActivityLine, ReadsAsTheExampleDoes) {
  HeroResult result;
  for (const auto* shot : {"OL-1", "OL-2", "OL-3"}) {
    for (const auto* label : {"Desktop", "Tablet", "Mobile"}) result.generated.push_back(output(shot, label));
  }
  EXPECT_EQ(activity_line(result),
            "Generated 9 lifestyle hero images for shots OL-1, OL-2, OL-3 (Desktop/Tablet/Mobile).");
  result.generated.resize(1);
  result.dry_run = true;
  EXPECT_EQ(activity_line(result), "Planned 1 lifestyle hero image for shots OL-1 (Desktop).");
}

}  // namespace
}  // namespace imagegen
