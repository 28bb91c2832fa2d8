#include <imagegen/core/digest.hpp>
#include <imagegen/image/provenance.hpp>

#include "image/xmp.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// A reader and a digest of the file may rely on these bytes.
TEST(XmpPacket, IsTheseBytes) {
  const Provenance provenance{DigitalSourceType::composite_with_trained_algorithmic_media, "flux <2> & co",
                              to_hex(sha256(std::string_view("a cat")))};
  EXPECT_EQ(xmp_packet(provenance).value(),
            "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
            R"(<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmlns:imagegen="urn:imagegen:provenance:1#">
   <xmp:CreatorTool>imagegen</xmp:CreatorTool>
   <Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>
   <Iptc4xmpExt:AISystemUsed>flux &lt;2&gt; &amp; co</Iptc4xmpExt:AISystemUsed>
   <imagegen:Model>flux &lt;2&gt; &amp; co</imagegen:Model>
   <imagegen:PromptSha256>51e467415607798220a3776f6ae1a2a09ddc7e5dcdc955d685477b4cf05ade22</imagegen:PromptSha256>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>)");
}

TEST(XmpPacket, LeavesOutWhatIsNotKnown) {
  EXPECT_THAT(xmp_packet({}).value(), AllOf(HasSubstr("trainedAlgorithmicMedia"), Not(HasSubstr("AISystemUsed")),
                                            Not(HasSubstr("imagegen:Model")), Not(HasSubstr("PromptSha256"))));
}

TEST(XmpPacket, IsReadBackWhateverTheTextsHold) {
  for (const std::string text :
       {"plain", "<&>\"']]>", " spaces at the ends ", "&amp;", "\xE6\xA8\xA1\xE5\x9E\x8B", "&#32;"}) {
    Provenance provenance;
    provenance.model = text;
    provenance.creator_tool = text;
    const auto values = detail::read_xmp(xmp_packet(provenance).value());
    EXPECT_EQ(values.model, text);
    EXPECT_EQ(values.ai_system, text);
    EXPECT_EQ(values.creator_tool, text);
  }
}

TEST(XmpPacket, HoldsTheLongestTextsAllowed) {
  const std::string longest(256, '&');
  const auto packet = xmp_packet({DigitalSourceType::composite, longest, std::string(64, 'f'), longest}).value();
  EXPECT_EQ(detail::read_xmp(packet).model, longest);
  EXPECT_LT(packet.size(), 5000U);
}

TEST(XmpPacket, RefusesTextsThatAreTooLong) {
  Provenance provenance;
  provenance.model = std::string(257, 'x');
  EXPECT_THAT(xmp_packet(provenance),
              test::FailsSaying(Errc::invalid_argument, "model: expected at most 256 bytes, got 257"));
}

TEST(XmpPacket, RefusesControlCharactersAndWhatIsNotUtf8WithoutQuotingThem) {
  using namespace std::string_literals;
  for (const auto& bad : {"a\nb"s, "a\x7F"s, "\xC3"s, "\xC2\x9B"s, "\xED\xA0\x80"s, std::string("a\0b", 3)}) {
    Provenance provenance;
    provenance.creator_tool = bad;
    EXPECT_THAT(xmp_packet(provenance),
                test::FailsSaying(Errc::invalid_argument,
                                  "creator_tool: expected UTF-8 without control characters, got other bytes"));
  }
}

TEST(XmpPacket, RefusesADigestThatIsNone) {
  for (const auto& bad : {std::string(63, 'a'), std::string(64, 'A'), std::string(64, 'g')}) {
    Provenance provenance;
    provenance.prompt_sha256 = bad;
    EXPECT_THAT(xmp_packet(provenance), test::FailsSaying(Errc::invalid_argument, HasSubstr("prompt_sha256")));
  }
}

TEST(DigitalSourceTypes, HaveTheNamesOfIptc) {
  const std::pair<DigitalSourceType, const char*> names[] = {
      {DigitalSourceType::trained_algorithmic_media, "trainedAlgorithmicMedia"},
      {DigitalSourceType::composite_with_trained_algorithmic_media, "compositeWithTrainedAlgorithmicMedia"},
      {DigitalSourceType::algorithmically_enhanced, "algorithmicallyEnhanced"},
      {DigitalSourceType::algorithmic_media, "algorithmicMedia"},
      {DigitalSourceType::data_driven_media, "dataDrivenMedia"},
      {DigitalSourceType::digital_creation, "digitalCreation"},
      {DigitalSourceType::human_edits, "humanEdits"},
      {DigitalSourceType::composite, "composite"},
      {DigitalSourceType::composite_synthetic, "compositeSynthetic"}};
  for (const auto& [type, name] : names) EXPECT_EQ(to_string(type), name);
}

}  // namespace
}  // namespace imagegen
