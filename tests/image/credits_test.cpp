// Whose a picture is: written, found again, kept, and refused where it is no plain text.
#include <imagegen/image/credits.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/renditions.hpp>

#include "image/credit_text.hpp"
#include "image/exif.hpp"
#include "image/iptc_iim.hpp"
#include "image/support/pictures.hpp"
#include "image/support/render_outputs.hpp"
#include "image/xmp.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using namespace std::string_view_literals;
using test::FailsSaying;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Credits all_credits() {
  return {{"Mia Gr\xC3\xBC" "n", "A & B <Studio>"},
          "Studio / Agency",
          "\xC2\xA9 2026 Studio",
          "https://example.com/rights?a=1&b=2",
          "No use without asking."};
}

std::string packet_of(const Credits& credits) {
  return xmp_packet(std::nullopt, credits).value();
}

TEST(CreditsPacket, IsTheseBytes) {
  EXPECT_EQ(packet_of(all_credits()),
            "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
            "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
            " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
            "  <rdf:Description rdf:about=\"\"\n"
            "    xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n"
            "    xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\"\n"
            "    xmlns:xmpRights=\"http://ns.adobe.com/xap/1.0/rights/\">\n"
            "   <dc:creator><rdf:Seq><rdf:li>Mia Gr\xC3\xBCn</rdf:li><rdf:li>A &amp; B &lt;Studio&gt;</rdf:li></rdf:Seq></dc:creator>\n"
            "   <dc:rights><rdf:Alt><rdf:li xml:lang=\"x-default\">\xC2\xA9 2026 Studio</rdf:li></rdf:Alt></dc:rights>\n"
            "   <photoshop:Credit>Studio / Agency</photoshop:Credit>\n"
            "   <xmpRights:WebStatement>https://example.com/rights?a=1&amp;b=2</xmpRights:WebStatement>\n"
            "   <xmpRights:UsageTerms><rdf:Alt><rdf:li xml:lang=\"x-default\">No use without asking.</rdf:li></rdf:Alt>"
            "</xmpRights:UsageTerms>\n"
            "  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>");
}

TEST(CreditsPacket, OfNothingIsEmptyAndOfProvenanceAloneIsItsOwn) {
  EXPECT_EQ(packet_of({}), "");
  EXPECT_EQ(xmp_packet(Provenance{}, {}).value(), xmp_packet(Provenance{}).value());
}

TEST(CreditsPacket, HoldsProvenanceToo) {
  Provenance provenance;
  provenance.model = "flux";
  const auto values = detail::read_xmp(xmp_packet(provenance, all_credits()).value());
  EXPECT_EQ(values.model, "flux");
  EXPECT_EQ(values.credits, all_credits());
}

TEST(CreditsPacket, HoldsTheLongestTextsAllowed) {
  const std::string longest(1024, '&');
  const Credits credits{{longest}, longest, longest, "http://" + std::string(1017, '&'), longest};
  const auto packet = packet_of(credits);
  EXPECT_EQ(detail::read_xmp(packet).credits, credits);
  EXPECT_LT(packet.size(), 30'000U) << "one segment of JPEG has room for 65,502";
}

struct Refused {
  const char* name;
  void (*change)(Credits&);
};

void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.name;
}

class RefusedCredits : public testing::TestWithParam<Refused> {};

TEST_P(RefusedCredits, NameTheFieldAndAreNotQuoted) {
  RenditionSpec spec;
  spec.size = {8, 6};
  GetParam().change(spec.credits);
  const auto made = render(test::photo_like({16, 12}, 3), spec);
  ASSERT_THAT(made, FailsSaying(Errc::invalid_argument, HasSubstr(std::string(GetParam().name) + ": expected")));
  EXPECT_THAT(made.error().message, Not(HasSubstr("secret")));
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedCredits,
    testing::Values(Refused{"creators", [](Credits& c) { c.creators = {"secret\n"}; }},
                    Refused{"creators", [](Credits& c) { c.creators = {"fine", ""}; }},
                    Refused{"creators", [](Credits& c) { c.creators.assign(17, "secret"); }},
                    Refused{"creators", [](Credits& c) { c.creators.assign(2, std::string(600, 'a')); }},
                    Refused{"credit_line", [](Credits& c) { c.credit_line = "secret\x1B[2J"; }},
                    Refused{"credit_line", [](Credits& c) { c.credit_line = std::string(1025, 'a'); }},
                    Refused{"copyright", [](Credits& c) { c.copyright = "secret \xFF"; }},
                    Refused{"usage_terms", [](Credits& c) { c.usage_terms = "secret \xC2\x85"; }},
                    Refused{"rights_url", [](Credits& c) { c.rights_url = "javascript:secret()"; }},
                    Refused{"rights_url", [](Credits& c) { c.rights_url = "https://"; }},
                    Refused{"rights_url", [](Credits& c) { c.rights_url = "https://a secret"; }}));

TEST(Credits, ComeBackFromAFileOfEveryFormat) {
  for (const auto format : kImageFormats) {
    if (!can_encode(format)) continue;
    RenditionSpec spec{{16, 12}, {}, {format}};
    spec.credits = all_credits();
    const auto file = render(test::photo_like({32, 24}, 3), spec).value().image.bytes;
    EXPECT_EQ(find_credits(file), all_credits()) << to_string(format);
    EXPECT_EQ(find_provenance(file), FoundProvenance()) << to_string(format);
  }
}

TEST(Credits, AreKeptOnlyWhereThatIsAskedForAndWhatIsSaidGoesFirst) {
  RenditionSpec signed_spec{{32, 24}, {}, {ImageFormat::jpeg}};
  signed_spec.credits = all_credits();
  const auto master = render(test::photo_like({32, 24}, 3), signed_spec).value().image.bytes;
  RenditionSpec plain{{16, 12}, {}, {ImageFormat::png}}, kept = plain, turned = plain;
  kept.keep_credits = turned.keep_credits = true;
  kept.credits.copyright = "mine";
  turned.rotate = 90;
  const auto files = test::rendered_files(master, {plain, kept, turned});
  auto expected = all_credits();
  EXPECT_EQ(find_credits(files[0]), Credits());
  EXPECT_EQ(find_credits(files[2]), expected);
  expected.copyright = "mine";
  EXPECT_EQ(find_credits(files[1]), expected);
}

// ------------------------------------------------------------------------------------------------- reading

Credits read_rdf(std::string_view inside) {
  return detail::read_xmp("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
                          "xmlns:d='http://purl.org/dc/elements/1.1/' xmlns:p='http://ns.adobe.com/photoshop/1.0/' "
                          "xmlns:r='http://ns.adobe.com/xap/1.0/rights/'><rdf:Description " +
                          std::string(inside) + "</rdf:Description></rdf:RDF>")
      .credits;
}

TEST(XmpCredits, AreReadAsAttributesToo) {
  const auto found = read_rdf("p:Credit='a' d:creator='b' d:rights='c'>");
  EXPECT_EQ(found, (Credits{{"b"}, "a", "c", "", ""}));
}

TEST(XmpCredits, OfLanguagesAreTheFirst) {
  EXPECT_EQ(read_rdf("><d:rights><rdf:Alt><rdf:li xml:lang='x-default'>one</rdf:li><rdf:li xml:lang='de'>eins</rdf:li></rdf:Alt>"
                     "</d:rights>")
                .copyright,
            "one");
}

TEST(XmpCredits, AreInOneLineAndWithoutControlCharacters) {
  EXPECT_EQ(read_rdf("><r:UsageTerms>first\n second</r:UsageTerms>").usage_terms, "first  second");
  EXPECT_EQ(read_rdf("><r:UsageTerms>a&#27;[2J</r:UsageTerms>").usage_terms, "");
  EXPECT_EQ(read_rdf("><r:UsageTerms>a\xFF</r:UsageTerms>").usage_terms, "") << "XMP is UTF-8";
  EXPECT_EQ(read_rdf("><r:UsageTerms>" + std::string(1025, 'a') + "</r:UsageTerms>").usage_terms, "");
}

TEST(XmpCredits, HoldBoundedCreators) {
  std::string list;
  for (int i = 0; i < 40; ++i) list += "<rdf:li>name " + std::to_string(i % 30) + "</rdf:li>";
  const auto creators = read_rdf("><d:creator><rdf:Seq>" + list + "</rdf:Seq></d:creator>").creators;
  ASSERT_EQ(creators.size(), 16U);
  EXPECT_EQ(creators.back(), "name 15");
}

std::string data_set(std::uint8_t record, std::uint8_t number, std::string_view text) {
  std::string out = {'\x1C', static_cast<char>(record), static_cast<char>(number), static_cast<char>(text.size() >> 8U),
                     static_cast<char>(text.size())};
  return out.append(text);
}

std::string resource(std::uint16_t id, std::string_view name, std::string_view data) {
  std::string out = "8BIM";
  out += {static_cast<char>(id >> 8U), static_cast<char>(id), static_cast<char>(name.size())};
  out.append(name).append(1 - name.size() % 2, '\0');
  out += {0, 0, static_cast<char>(data.size() >> 8U), static_cast<char>(data.size())};
  return out.append(data).append(data.size() % 2, '\0');
}

Credits read_segment(std::string_view resources) {
  return detail::read_iim(as_bytes(std::string("Photoshop 3.0\0"sv).append(resources)));
}

TEST(IimCredits, AreFoundBehindOtherResourcesAndDataSets) {
  const auto iim = data_set(1, 90, "\x1B%G") + data_set(2, 90, "City") + data_set(2, 80, "Mia Gr\xC3\xBC" "n") +
                   data_set(2, 80, "Second") + data_set(2, 110, " Studio ") + data_set(2, 116, "\xC2\xA9 me");
  const auto found = read_segment(resource(0x0425, "abc", "12345") + resource(0x0404, "", iim));
  EXPECT_EQ(found, (Credits{{"Mia Gr\xC3\xBCn", "Second"}, "Studio", "\xC2\xA9 me", "", ""}));
}

TEST(IimCredits, AreLatinWhereTheyAreNoUtf8) {
  EXPECT_EQ(read_segment(resource(0x0404, "", data_set(2, 116, "\xA9 J\xF6rg"))).copyright, "\xC2\xA9 J\xC3\xB6rg");
}

TEST(IimCredits, OfDamagedSegmentsAreThoseBeforeTheDamage) {
  const auto whole = resource(0x0404, "", data_set(2, 80, "a") + data_set(2, 110, "b"));
  EXPECT_EQ(read_segment(whole).credit_line, "b");
  for (std::size_t size = 0; size < whole.size() - 1; ++size) EXPECT_EQ(read_segment(whole.substr(0, size)), Credits()) << size;
  EXPECT_THAT(read_segment(resource(0x0404, "", data_set(2, 80, "a") + data_set(2, 110, "bbb").substr(0, 6))).creators,
              ElementsAre("a"));
}

TEST(ExifText, StandsInTheEntryOrBehindTheDirectory) {
  std::string block("II*\0\x08\0\0\0\x02\0"sv);
  block.append("\x3B\x01\x02\0\x03\0\0\0AB\0\0"sv);          // Artist, three bytes, here
  block.append("\x98\x82\x02\0\x06\0\0\0\x26\0\0\0"sv);      // Copyright, six bytes, at 38
  block.append("\0\0\0\0"sv).append("photo\0"sv);
  EXPECT_EQ(detail::exif_text(as_bytes(block), 0x013B), "AB\0"sv);
  EXPECT_EQ(detail::exif_text(as_bytes(block), 0x8298), "photo\0"sv);
  EXPECT_EQ(detail::exif_text(as_bytes(block), 0x0110), "");
  block.pop_back();
  EXPECT_EQ(detail::exif_text(as_bytes(block), 0x8298), "") << "it would end behind the block";
}

TEST(CreditText, IsBoundedAndPlain) {
  EXPECT_EQ(detail::credit_text(" \n a\r\nb \t"), "a  b");
  EXPECT_EQ(detail::credit_text(std::string("a\0b", 3)), "");
  EXPECT_EQ(detail::credit_text(std::string(1025, 'a')), "");
  EXPECT_EQ(detail::credit_text(std::string(1000, '\xE4')), "") << "too long as UTF-8";
}

}  // namespace
}  // namespace imagegen
