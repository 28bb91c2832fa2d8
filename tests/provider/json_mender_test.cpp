#include "provider/common/json_mender.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

namespace imagegen::test {
namespace {

// Cut anywhere, a document comes out the same.
std::string mended(std::string_view text) {
  const auto whole = mended_json(text);
  std::string dripped;
  JsonMender mender;
  for (const char c : text) mender.feed(std::string_view(&c, 1), [&](std::string_view piece) { dripped += piece; });
  EXPECT_EQ(whole, dripped) << text;
  return whole;
}

std::string in_quotes(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

TEST(JsonMender, LeavesWhatIsAsItShouldBe) {
  for (const auto* const text : {R"({"a":[1,-2.5e3,true,null],"b":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"})",
                                 "\"é😀\x7F\"", " [ ] ", "", "{\"k\\u0041\":\"\"}"}) {
    EXPECT_EQ(mended(text), text);
  }
}

TEST(JsonMender, HalvesOfPairsBecomeTheUnknownLetter) {
  EXPECT_EQ(mended(R"("a \ud83d")"), R"("a \ufffd")");
  EXPECT_EQ(mended(R"("\ud83dx")"), R"("\ufffdx")");
  EXPECT_EQ(mended(R"("\ude00")"), R"("\ufffd")");
  EXPECT_EQ(mended(R"("\ud83d\ud83d\ude00")"), R"("\ufffd\ud83d\ude00")");
  EXPECT_EQ(mended(R"("\ud83d\n")"), R"("\ufffd\n")");
  EXPECT_EQ(mended(R"("\ud83d\u0041")"), R"("\ufffd\u0041")");
  EXPECT_EQ(mended(R"("\ud83d\")"), R"("\ufffd\")");
  EXPECT_EQ(mended(R"("\u0000")"), R"("\ufffd")");
}

TEST(JsonMender, BytesThatAreNoUtf8BecomeTheUnknownLetter) {
  EXPECT_EQ(mended(in_quotes("caf\xE9")), in_quotes("caf\uFFFD"));
  EXPECT_EQ(mended(in_quotes("\xC3(")), in_quotes("\uFFFD("));
  EXPECT_EQ(mended(in_quotes("\xED\xA0\x80")), in_quotes("\uFFFD"));
  EXPECT_EQ(mended(in_quotes("\xF0\x9F\x98")), in_quotes("\uFFFD"));
}

TEST(JsonMender, ControlCharactersAndOddEscapesAreMadeReadable) {
  EXPECT_EQ(mended(in_quotes("a\nb\r\tc\x01"
                             "d")),
            R"("a\nb\r\tc d")");
  EXPECT_EQ(mended(R"("it\'s \x41 \u12 \uD8")"), R"("it's x41 \ufffd \ufffd")");
  EXPECT_EQ(mended("{\n\t\"a\": 1}"), "{\n\t\"a\": 1}") << "between texts they are allowed";
}

TEST(JsonMender, WhatComesOutOfBrokenTextsIsJson) {
  const std::string pieces[] = {"\\ud83d",          "\\ude00", "\\u00", "\\",   "\xE9",
                                "\xF0\x9F\x98\x80", "\n",      "a",     "\\u0000"};
  for (const auto& a : pieces) {
    for (const auto& b : pieces) {
      for (const auto& c : pieces) {
        const auto text = mended(in_quotes(a + b + c + "."));
        boost::system::error_code failed;
        EXPECT_TRUE(boost::json::parse(text, failed).is_string() || failed) << text;
        EXPECT_FALSE(failed) << text << " of " << a + b + c;
      }
    }
  }
}

TEST(JsonMender, OfABodyTheDocumentThatItBeginsWithIsRead) {
  const boost::json::value document{{"code", "quota"}};
  for (const std::string behind : {"", "\r\n", "ab", "\n{\"code\":\"other\"}", "0\r\n"}) {
    EXPECT_EQ(parse_mended_json(R"({"code":"quota"})" + behind), document) << behind;
    EXPECT_EQ(parse_mended_json("\xEF\xBB\xBF {\"code\":\"quota\"}" + behind), document) << behind;
  }
  for (const auto* const no_document : {"", " ", "{", R"({"code":"quota")", "<html>", "ab{}"})
    EXPECT_FALSE(parse_mended_json(no_document)) << no_document;
}

}  // namespace
}  // namespace imagegen::test
