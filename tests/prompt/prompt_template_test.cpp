#include <imagegen/prompt/prompt_template.hpp>

#include <gtest/gtest.h>

#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsWith;
using ::testing::HasSubstr;

constexpr std::string_view kNames[] = {"scenario", "notes", "title"};

Result<PromptTemplate> parse(std::string_view text) {
  return PromptTemplate::parse(text, kNames);
}

std::string render(std::string_view text, const PromptFields& fields) {
  return parse(text).value().render(fields).value();
}

TEST(PromptTemplate, PutsTrimmedFieldsInTheirPlaces) {
  EXPECT_EQ(render("A card \"{title}\": {scenario}.", {{"title", " Bloom "}, {"scenario", "on a table\t"}}),
            "A card \"Bloom\": on a table.");
}

TEST(PromptTemplate, LeavesAnOptionalPartOutWhenItsFieldIsMissingOrBlank) {
  constexpr std::string_view text = "Scenario: {scenario}.[ Notes: {notes}.] High resolution.";
  EXPECT_EQ(render(text, {{"scenario", "tea"}, {"notes", "steam"}}), "Scenario: tea. Notes: steam. High resolution.");
  EXPECT_EQ(render(text, {{"scenario", "tea"}}), "Scenario: tea. High resolution.");
  EXPECT_EQ(render(text, {{"scenario", "tea"}, {"notes", "  "}}), "Scenario: tea. High resolution.");
}

TEST(PromptTemplate, NeverDoublesFullStopsOrSpaces) {
  EXPECT_EQ(render("{scenario}. Next.", {{"scenario", "It ends here."}}), "It ends here. Next.");
  EXPECT_EQ(render("{scenario}. Next.", {{"scenario", "Is it?"}}), "Is it? Next.");
  EXPECT_EQ(render("{scenario} . . Next  one.", {{"scenario", "dots..."}}), "dots. Next one.");
}

TEST(PromptTemplate, NamesAFieldThatIsMissingOrBlankOutsideAnOptionalPart) {
  const auto prompt = parse("{scenario}.");
  EXPECT_THAT(prompt->render({}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(prompt->render({{"scenario", " "}}).error().message, HasSubstr("scenario"));
}

TEST(PromptTemplate, RefusesControlCharactersAndBadUtf8InFields) {
  const auto prompt = parse("{scenario}.");
  EXPECT_THAT(prompt->render({{"scenario", "a\x1B[31m"}}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(prompt->render({{"scenario", "a\nb"}}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(prompt->render({{"scenario", "\xFF"}}), FailsWith(Errc::invalid_argument));
}

TEST(PromptTemplate, RefusesAnUnknownPlaceholderWhenItIsLoadedAndListsTheKnownOnes) {
  const auto prompt = parse("{scenery}");
  ASSERT_THAT(prompt, FailsWith(Errc::invalid_argument));
  EXPECT_THAT(prompt.error().message, HasSubstr("{scenery}"));
  EXPECT_THAT(prompt.error().message, HasSubstr("scenario, notes, title"));
}

TEST(PromptTemplate, RefusesUnmatchedBrackets) {
  for (const std::string_view text : {"{scenario", "scenario}", "[{notes}", "{notes}]", "[a [b]]", "a\x01z"}) {
    EXPECT_THAT(parse(text), FailsWith(Errc::invalid_argument)) << text;
  }
}

TEST(PromptTemplate, TakesDoubledBracketsForTheCharacters) {
  EXPECT_EQ(render("{{{title}}} [[x]]", {{"title", "T"}}), "{T} [x]");
}

TEST(PromptTemplate, DoesNotReadBracketsInFieldsAsTemplate) {
  EXPECT_EQ(render("{title}.", {{"title", "{scenario} [x]"}}), "{scenario} [x].");
}

TEST(PromptTemplate, KeepsLineEndsOfTheTemplate) {
  EXPECT_EQ(render("One.  \n\n  {title}.\n", {{"title", "Two"}}), "One.\nTwo.");
}

}  // namespace
}  // namespace imagegen
