#include "storage/xml_reader.hpp"

#include "support/matchers.hpp"

#include <gtest/gtest.h>

namespace imagegen::detail {

void PrintTo(const XmlElement& element, std::ostream* out) {
  *out << '<' << element.name << '>' << element.text << " and " << element.children.size() << " children";
}

namespace {

using test::FailsWith;
using test::IsOk;

TEST(XmlReader, ReadsElementsTextAndAttributes) {
  const auto root = parse_xml("<?xml version=\"1.0\"?>\n<a xmlns='x' b = \"&quot;1\"> <b>t<c/>u</b > </a>\n");
  ASSERT_THAT(root, IsOk());
  EXPECT_EQ(*root, (XmlElement{"a", "  ", {{"b", "tu", {{"c", "", {}}}}}}));
}

TEST(XmlReader, ResolvesReferences) {
  const auto root = parse_xml("<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F3A8;&#xe9;&#1;</a>");
  ASSERT_THAT(root, IsOk());
  EXPECT_EQ(root->text, "<>&\"'A🎨é\x01");
}

TEST(XmlReader, FindsChildrenByName) {
  const auto root = parse_xml("<a><b>1</b><c>2</c><c>3</c></a>").value();
  EXPECT_EQ(root.text_of("c"), "2");
  EXPECT_EQ(root.text_of("d"), "");
  EXPECT_EQ(root.child("d"), nullptr);
}

TEST(XmlReader, RefusesWhatIsNotWholeAndWhatS3NeverSends) {
  const std::vector<std::string> texts = {"",
                                          " ",
                                          "text",
                                          "<",
                                          "<a",
                                          "<a>",
                                          "<a></b>",
                                          "<a></a",
                                          "<a></a><b/>",
                                          "<a></a>x",
                                          "<a><b></a></b>",
                                          "< a/>",
                                          "<a/ >",
                                          "<a b></a>",
                                          "<a b=1/>",
                                          "<a b='1'c='2'/>",
                                          "<a b='1",
                                          "<a b='<'/>",
                                          "<a>&</a>",
                                          "<a>&unknown;</a>",
                                          "<a>&#0;</a>",
                                          "<a>&#xD800;</a>",
                                          "<a>&#x110000;</a>",
                                          "<a>&#;</a>",
                                          "<a>&#x;</a>",
                                          "<a>&#-5;</a>",
                                          "<a>&#99999999999;</a>",
                                          "<a>\x01</a>",
                                          "<a>\xFF</a>",
                                          "<1/>",
                                          "<?xml",
                                          "<a><!-- c --></a>",
                                          "<a><![CDATA[x]]></a>",
                                          "<a><?pi x?></a>",
                                          "<!DOCTYPE a []><a/>",
                                          "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
                                          "<?xml?><?xml?><a/>"};
  for (const auto& text : texts) EXPECT_THAT(parse_xml(text), FailsWith(Errc::bad_answer)) << text;
}

TEST(XmlReader, StopsAtItsLimits) {
  XmlLimits limits;
  limits.max_depth = 2;
  limits.max_elements = 3;
  limits.max_bytes = 30;
  EXPECT_THAT(parse_xml("<a><b/><c/></a>", limits), IsOk());
  EXPECT_THAT(parse_xml("<a><b><c/></b></a>", limits), FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(parse_xml("<a><b/><c/><d/></a>", limits), FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(parse_xml("<a>" + std::string(30, 'x') + "</a>", limits), FailsWith(Errc::limit_exceeded));
}

TEST(XmlReader, DoesNotRunOutOfStackOnDeepDocuments) {
  std::string deep;
  for (int i = 0; i < 500'000; ++i) deep += "<a>";
  EXPECT_THAT(parse_xml(deep), FailsWith(Errc::limit_exceeded));
}

}  // namespace
}  // namespace imagegen::detail
