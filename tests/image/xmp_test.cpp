#include "image/xmp.hpp"

#include <gmock/gmock.h>

namespace imagegen::detail {
namespace {

using testing::IsEmpty;

// A packet with `head` in the tag of its one description and `body` in it.
std::string packet(std::string_view head, std::string_view body) {
  std::string xmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='";
  xmp.append(kRdfNamespace).append("'><rdf:Description rdf:about='' ").append(head).append(">").append(body);
  return xmp + "</rdf:Description></rdf:RDF></x:xmpmeta>";
}

const std::string kIptc = "xmlns:Iptc4xmpExt='" + std::string(kIptcExtNamespace) + "' ";

TEST(ReadXmp, TakesElements) {
  const auto values =
      read_xmp(packet(kIptc, "\n <Iptc4xmpExt:DigitalSourceType> a &lt;b&gt; </Iptc4xmpExt:DigitalSourceType>"));
  EXPECT_EQ(values.digital_source_type, "a <b>");
}

TEST(ReadXmp, TakesAttributes) {
  const auto values = read_xmp(packet(kIptc + "Iptc4xmpExt:AISystemUsed = \"say 'hi' &quot;&amp;&#x263a;&#33;\"", ""));
  EXPECT_EQ(values.ai_system, "say 'hi' \"&\xE2\x98\xBA!");
}

TEST(ReadXmp, TakesAttributesThatStandBeforeTheirPrefix) {
  EXPECT_EQ(read_xmp(packet("i:DigitalSourceType='x' xmlns:i='" + std::string(kIptcExtNamespace) + "'", ""))
                .digital_source_type,
            "x");
}

TEST(ReadXmp, TakesAnyPrefixAndTheDefaultNamespace) {
  const std::string uri(kXmpNamespace);
  EXPECT_EQ(read_xmp(packet("xmlns:q='" + uri + "'", "<q:CreatorTool>T</q:CreatorTool>")).creator_tool, "T");
  EXPECT_EQ(read_xmp("<CreatorTool xmlns='" + uri + "'>T</CreatorTool>").creator_tool, "T");
}

TEST(ReadXmp, KnowsThatTheDefaultNamespaceIsNotForAttributes) {
  const std::string uri(kXmpNamespace);
  EXPECT_THAT(read_xmp("<a xmlns='" + uri + "' CreatorTool='T'/>").creator_tool, IsEmpty());
}

TEST(ReadXmp, TakesResourcesAndListItems) {
  EXPECT_EQ(read_xmp(packet(kIptc, "<Iptc4xmpExt:DigitalSourceType rdf:resource='http://x/y'/>")).digital_source_type,
            "http://x/y");
  const auto listed = packet(kIptc,
                             "<Iptc4xmpExt:AISystemUsed><rdf:Alt><rdf:li> one "
                             "</rdf:li><rdf:li>two</rdf:li></rdf:Alt></Iptc4xmpExt:AISystemUsed>");
  EXPECT_EQ(read_xmp(listed).ai_system, "one");
}

TEST(ReadXmp, IgnoresTheSameNameInAnotherNamespace) {
  EXPECT_THAT(
      read_xmp(packet("xmlns:Iptc4xmpExt='urn:other'", "<Iptc4xmpExt:AISystemUsed>x</Iptc4xmpExt:AISystemUsed>"))
          .ai_system,
      IsEmpty());
  EXPECT_THAT(read_xmp(packet("", "<Iptc4xmpExt:AISystemUsed>x</Iptc4xmpExt:AISystemUsed>")).ai_system, IsEmpty());
}

TEST(ReadXmp, ForgetsPrefixesWhereTheirElementEnds) {
  const auto xmp = packet("", "<a xmlns:i='" + std::string(kIptcExtNamespace) +
                                  "'><i:AISystemUsed/></a><i:AISystemUsed>x</i:AISystemUsed>");
  EXPECT_THAT(read_xmp(xmp).ai_system, IsEmpty());
}

TEST(ReadXmp, LooksPastCommentsInstructionsAndGreaterThanSigns) {
  const auto xmp = "<?xpacket begin='>'?><!-- <Iptc4xmpExt:AISystemUsed>no</Iptc4xmpExt:AISystemUsed> -->" +
                   packet(kIptc + "a='1>0'", "<Iptc4xmpExt:AISystemUsed>yes</Iptc4xmpExt:AISystemUsed>");
  EXPECT_EQ(read_xmp(xmp).ai_system, "yes");
}

TEST(ReadXmp, KeepsTheFirstValue) {
  const auto xmp = packet(
      kIptc,
      "<Iptc4xmpExt:AISystemUsed>1</Iptc4xmpExt:AISystemUsed><Iptc4xmpExt:AISystemUsed>2</Iptc4xmpExt:AISystemUsed>");
  EXPECT_EQ(read_xmp(xmp).ai_system, "1");
}

TEST(ReadXmp, StopsAtADocumentType) {
  const auto xmp =
      "<!DOCTYPE a [<!ENTITY e 'x'>]>" + packet(kIptc, "<Iptc4xmpExt:AISystemUsed>&e;</Iptc4xmpExt:AISystemUsed>");
  EXPECT_THAT(read_xmp(xmp).ai_system, IsEmpty());
}

TEST(ReadXmp, StopsAtAnyDeclarationThatIsNoComment) {
  const auto body = packet(kIptc, "<Iptc4xmpExt:AISystemUsed>x</Iptc4xmpExt:AISystemUsed>");
  EXPECT_EQ(read_xmp("<!-- -->" + body).ai_system, "x");
  EXPECT_THAT(read_xmp("<!DOCTYPE>" + body).ai_system, IsEmpty());
}

class BadXmpValue : public testing::TestWithParam<std::string> {};

TEST_P(BadXmpValue, CountsAsMissing) {
  const auto xmp = packet(kIptc, "<Iptc4xmpExt:AISystemUsed>" + GetParam() + "</Iptc4xmpExt:AISystemUsed>");
  EXPECT_THAT(read_xmp(xmp).ai_system, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Values, BadXmpValue,
                         testing::Values("a\nb", "\x1B[2J", "\xC2\x85", "\xFF", "&#0;", "&#xD800;", "&#x110000;",
                                         "&nbsp;", "&lt", "&;", "&#;", "\xEF\xBF\xBF", std::string(1025, 'x')));

TEST(ReadXmp, KeepsAValueOfTheGreatestLength) {
  const std::string longest(kMaxXmpValueBytes, 'x');
  EXPECT_EQ(read_xmp(packet(kIptc, "<Iptc4xmpExt:AISystemUsed>" + longest + "</Iptc4xmpExt:AISystemUsed>")).ai_system,
            longest);
}

TEST(ReadXmp, GivesUpOnEndlessNesting) {
  std::string xmp;
  for (int i = 0; i < 65; ++i) xmp += "<a>";
  xmp += packet(kIptc, "<Iptc4xmpExt:AISystemUsed>x</Iptc4xmpExt:AISystemUsed>");
  EXPECT_THAT(read_xmp(xmp).ai_system, IsEmpty());
}

TEST(ReadXmp, IgnoresAPacketAboveTheLimit) {
  const auto xmp = packet(kIptc, "<Iptc4xmpExt:AISystemUsed>x</Iptc4xmpExt:AISystemUsed>");
  EXPECT_EQ(read_xmp(xmp + std::string(kMaxXmpBytes - xmp.size(), ' ')).ai_system, "x");
  EXPECT_THAT(read_xmp(xmp + std::string(kMaxXmpBytes - xmp.size() + 1, ' ')).ai_system, IsEmpty());
}

}  // namespace
}  // namespace imagegen::detail
