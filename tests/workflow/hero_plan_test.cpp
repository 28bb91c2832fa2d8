#include <imagegen/testing/fake_provider.hpp>
#include <imagegen/workflow/heroes/hero_plan.hpp>

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include <cmath>

#include "workflow/example_pack.hpp"

namespace imagegen {
namespace {

using Faults = std::vector<FieldFault>;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

PromptTemplate default_template() {
  return PromptTemplate::parse(default_hero_template(), hero_placeholders()).value();
}

FakeProvider three_sizes() {
  FakeProvider provider{{}};
  provider.capability_.provider = "openai";
  provider.model().model = "gpt-image-1";
  provider.model().sizes = SizeList{{{1024, 1024}, {1536, 1024}, {1024, 1536}}};
  return provider;
}

std::vector<ChosenModel> route_of(FakeProvider& provider) {
  const ProviderSet providers(provider);
  return choose_all(providers, {}).value();
}

auto planned(const LifestylePack& pack, const HeroRequest& request = {},
             FakeProvider provider = three_sizes()) {
  return plan_heroes(pack, request, default_template(), route_of(provider), PriceTable::built_in());
}

HeroPlan plan_of(const LifestylePack& pack, const HeroRequest& request = {}) {
  return std::get<HeroPlan>(planned(pack, request));
}

std::vector<std::string> shot_ids(const HeroPlan& plan) {
  std::vector<std::string> ids;
  for (const auto& shot : plan.shots) ids.push_back(shot.shot_id);
  return ids;
}

TEST(HeroPlan, GroupsRowsByShotInPackOrder) {
  auto document = test::example_pack_json();
  auto& rows = document.at("export_plan").as_array();
  std::swap(rows[0], rows[3]);  // OL-2 first, then mixed
  const auto plan = plan_of(test::parse_pack(document));
  EXPECT_THAT(shot_ids(plan), ElementsAre("OL-2", "OL-1", "OL-3"));
  EXPECT_EQ(plan.shots[0].rows.size(), 3U);
  EXPECT_EQ(plan.shots[1].rows[0].size_label, "Tablet");
}

TEST(HeroPlan, KeepsOnlyTheShotsAskedFor) {
  EXPECT_THAT(shot_ids(plan_of(test::example_pack(), {{"OL-3", "OL-1"}})), ElementsAre("OL-1", "OL-3"));
}

TEST(HeroPlan, NamesEachMissingShotOnceFirstThoseAskedForThenThoseWithoutABoard) {
  auto document = test::example_pack_json();
  document.at("shot_boards").as_array().pop_back();
  const auto plan = plan_of(test::parse_pack(document), {{"ZZ", "OL-3", "OL-1", "ZZ", "YY"}});
  EXPECT_THAT(plan.missing_shots, ElementsAre("ZZ", "YY", "OL-3"));
  EXPECT_THAT(shot_ids(plan), ElementsAre("OL-1"));
}

TEST(HeroPlan, BuildsThePromptFromTheBoard) {
  auto document = test::example_pack_json();
  document.at("shot_boards").as_array()[0].as_object()["notes"] = "  steam from a cup ";
  const auto prompt = plan_of(test::parse_pack(document)).shots[0].prompt.text;
  EXPECT_EQ(prompt,
            "A photorealistic lifestyle image for a greeting card titled \"Bloom\" from the collection \"Meadow\". "
            "Scenario: A card for "
            "OL-1 on a breakfast table. Camera: 50 mm, f/2. Framing: three quarter view. Lighting: morning. Colour "
            "palette: sage and "
            "cream. Notes: steam from a cup. High resolution, shallow depth of field, modern editorial style. No text "
            "other than the "
            "card's own.");
}

TEST(HeroPlan, ResolvesEachRowsPositionFromRowThenBoardThenCentre) {
  auto document = test::example_pack_json();
  document.at("shot_boards").as_array()[0].as_object()["position"] = "north";
  document.at("export_plan").as_array()[1].as_object()["position"] = "west";
  const auto plan = plan_of(test::parse_pack(document));
  EXPECT_EQ(to_string(*plan.shots[0].rows[0].position), "north");
  EXPECT_EQ(to_string(*plan.shots[0].rows[1].position), "west");
  EXPECT_EQ(to_string(*plan.shots[1].rows[0].position), "centre");
}

TEST(HeroPlan, AsksForTheSizeThatCoversAllRowsOfTheShot) {
  const auto plan = plan_of(test::example_pack());
  EXPECT_EQ(plan.shots[0].master_size, (PixelSize{1536, 1024}));
  EXPECT_EQ(plan.shots[0].estimate.amount,
            Usd::from_dollars(0.25) +
                Usd::from_dollars(5e-6 * std::ceil(static_cast<double>(plan.shots[0].prompt.text.size()) / 4)));
}

TEST(HeroPlan, KeepsAMasterUnderAKeyThatItsSizesDoNotChange) {
  auto document = test::example_pack_json();
  const auto before = plan_of(test::parse_pack(document)).shots[0].master_key;
  EXPECT_THAT(before.str(), StartsWith("masters/"));
  auto& row = document.at("export_plan").as_array()[0].as_object();
  row["width"] = 2000;
  row["position"] = "south";
  EXPECT_EQ(plan_of(test::parse_pack(document)).shots[0].master_key, before);
}

TEST(HeroPlan, KeepsMastersApartByPromptShotModelAndQuality) {
  const auto pack = test::example_pack();
  const auto base = plan_of(pack).shots[0].master_key;
  EXPECT_NE(plan_of(pack).shots[1].master_key, base);
  auto provider = three_sizes();
  provider.model().default_quality = "low";
  EXPECT_NE(std::get<HeroPlan>(planned(pack, {}, provider)).shots[0].master_key, base);
  auto document = test::example_pack_json();
  document.at("shot_boards").as_array()[0].as_object()["lighting"] = "evening";
  EXPECT_NE(plan_of(test::parse_pack(document)).shots[0].master_key, base);
}

TEST(HeroPlan, RefusesPromptsThatTheModelCannotTakeForEveryShotAtOnce) {
  auto provider = three_sizes();
  provider.model().prompt.most = 10;
  const auto faults = std::get<Faults>(planned(test::example_pack(), {}, provider));
  ASSERT_EQ(faults.size(), 3U);
  EXPECT_EQ(faults[1].path, "shot_boards[1]");
  EXPECT_THAT(faults[1].message, HasSubstr("expected at most 10 characters for gpt-image-1, got"));
}

TEST(HeroPlan, NamesTheBoardFieldThatAReplacedTemplateMisses) {
  const auto own = PromptTemplate::parse("{scenario}. {notes}.", hero_placeholders()).value();
  auto provider = three_sizes();
  const auto faults =
      std::get<Faults>(plan_heroes(test::example_pack(), {}, own, route_of(provider), PriceTable::built_in()));
  EXPECT_EQ(faults[0], (FieldFault{"shot_boards[0]", "notes: expected text, got nothing"}));
}

}  // namespace
}  // namespace imagegen
