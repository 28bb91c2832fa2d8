#include "json/object_reader.hpp"

#include <gtest/gtest.h>

#include "support/matchers.hpp"

namespace imagegen::json {
namespace {

using Faults = std::vector<FieldFault>;

struct Document {
  explicit Document(std::string_view text) : value(json::parse(text, 10'000).value()) {}
  boost::json::value value;
  Faults faults;
  ObjectReader reader{value, "doc", faults};
};

TEST(ObjectReader, ReadsWhatIsThere) {
  Document doc(R"({"name":"x","width":12,"ratio":0.5,"primary":true,"list":[1]})");
  EXPECT_EQ(doc.reader.text("name", Need::required), "x");
  EXPECT_EQ(doc.reader.integer("width", 1, 20, Need::required), 12);
  EXPECT_EQ(doc.reader.number("ratio", 0, 1, Need::required), 0.5);
  EXPECT_TRUE(doc.reader.flag("primary", false));
  EXPECT_EQ(doc.reader.array("list", 1, Need::required)->size(), 1U);
  doc.reader.refuse_unknown();
  EXPECT_EQ(doc.faults, Faults{});
}

TEST(ObjectReader, ReadsTextsAndNamesWhatIsNone) {
  Document doc(R"({"names":["a","",1],"number":5})");
  EXPECT_EQ(doc.reader.texts("names", 3, Need::optional), (std::vector<std::string>{"a", ""}));
  EXPECT_EQ(doc.reader.texts("names", 3, Need::optional, false), (std::vector<std::string>{"a"}));
  EXPECT_EQ(doc.reader.texts("number", 3, Need::optional), std::vector<std::string>{});
  EXPECT_EQ(doc.reader.texts("absent", 3, Need::optional), std::vector<std::string>{});
  EXPECT_EQ(doc.faults, (Faults{{"doc.names", "expected strings, got 1"},
                                {"doc.names", "expected strings that are not empty, got \"\""},
                                {"doc.names", "expected strings that are not empty, got 1"},
                                {"doc.number", "expected an array, got 5"}}));
}

TEST(ObjectReader, NamesEveryWrongFieldWithWhatCame) {
  Document doc(R"({"name":5,"blank":" ","width":0,"big":1e30,"half":1.5,"flag":"yes","list":[1,2],"no_list":{}})");
  doc.reader.text("name", Need::required);
  doc.reader.text("blank", Need::required);
  doc.reader.text("absent", Need::required);
  doc.reader.integer("width", 1, 16383, Need::required);
  doc.reader.integer("big", 1, 16383, Need::required);
  doc.reader.integer("half", 1, 16383, Need::required);
  doc.reader.flag("flag", false);
  doc.reader.array("list", 1, Need::required);
  doc.reader.array("no_list", 1, Need::required);
  EXPECT_EQ(doc.faults, (Faults{{"doc.name", "expected a string, got 5"},
                                {"doc.blank", "expected a string that is not empty, got \" \""},
                                {"doc.absent", "expected a string, got nothing"},
                                {"doc.width", "expected 1..16383, got 0"},
                                {"doc.big", "expected 1..16383, got 1e+30"},
                                {"doc.half", "expected 1..16383, got 1.5"},
                                {"doc.flag", "expected true or false, got \"yes\""},
                                {"doc.list", "expected at most 1 entries, got 2"},
                                {"doc.no_list", "expected an array, got an object"}}));
}

TEST(ObjectReader, TakesAbsentOptionalFieldsForTheirDefaults) {
  Document doc("{}");
  EXPECT_EQ(doc.reader.text("name", Need::optional), "");
  EXPECT_EQ(doc.reader.integer("width", 1, 2, Need::optional), std::nullopt);
  EXPECT_TRUE(doc.reader.flag("flag", true));
  EXPECT_EQ(doc.faults, Faults{});
}

TEST(ObjectReader, RefusesFieldsNobodyAskedFor) {
  Document doc(R"({"known":1,"typo":2})");
  doc.reader.integer("known", 0, 9, Need::optional);
  doc.reader.refuse_unknown();
  EXPECT_EQ(doc.faults, (Faults{{"doc.typo", "unknown field"}}));
}

TEST(ObjectReader, IsOneFaultForWhatIsNoObject) {
  Document doc("[]");
  doc.reader.text("name", Need::required);
  EXPECT_EQ(doc.faults, (Faults{{"doc", "expected an object, got an array"}}));
}

TEST(JsonParse, RefusesWhatIsTooLongTooDeepOrNotJson) {
  EXPECT_THAT(parse("{}", 1), test::FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(parse("{\"a\":", 100), test::FailsWith(Errc::invalid_argument));
  EXPECT_THAT(parse("{} x", 100), test::FailsWith(Errc::invalid_argument));
  EXPECT_THAT(parse(std::string(40, '[') + std::string(40, ']'), 1000), test::FailsWith(Errc::invalid_argument));
  EXPECT_THAT(parse("{} \n", 100), test::IsOk());
}

TEST(ObjectReader, ReadsAmountsOfMoney) {
  Document doc(R"({"whole":2,"part":0.25,"minus":-1,"far":1e10,"fine":0.0000000001,"text":"5","huge":1e999})");
  EXPECT_EQ(doc.reader.dollars("whole", Need::required), Usd::from_dollars(2));
  EXPECT_EQ(doc.reader.dollars("part", Need::required), Usd::from_dollars(0.25));
  EXPECT_EQ(doc.reader.dollars("absent", Need::optional), std::nullopt);
  EXPECT_EQ(doc.faults, Faults{});
  const std::string expected = "expected US dollars from 0 to 1000000000 with at most 9 decimals, got ";
  const auto fault = [&](std::string_view name) {
    EXPECT_EQ(doc.reader.dollars(name, Need::required), std::nullopt);
    return doc.faults.back();
  };
  EXPECT_EQ(fault("minus"), (FieldFault{"doc.minus", expected + "-1"}));
  EXPECT_EQ(fault("far"), (FieldFault{"doc.far", expected + "1e+10"}));
  EXPECT_TRUE(fault("fine").message.starts_with(expected));
  EXPECT_EQ(fault("text"), (FieldFault{"doc.text", expected + "\"5\""}));
  EXPECT_EQ(fault("huge").path, "doc.huge");
}

}  // namespace
}  // namespace imagegen::json
