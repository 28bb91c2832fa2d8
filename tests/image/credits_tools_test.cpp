// exiftool reads the credits that we write, and we those that it writes.
#include <imagegen/image/credits.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/renditions.hpp>

#include "image/support/pictures.hpp"
#include "image/support/render_outputs.hpp"
#include "image/support/with_tools.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::run_tool;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr ImageFormat kMarkedFormats[] = {ImageFormat::jpeg, ImageFormat::png, ImageFormat::webp, ImageFormat::avif};

class CreditsTools : public test::WithTools {
 protected:
  void SetUp() override { needs("exiftool", "libimage-exiftool-perl"); }

  // A picture of the format with what exiftool writes for `arguments`.
  Bytes written_by_exiftool(ImageFormat format, const std::string& arguments) {
    const auto name = "master." + std::string(to_string(format));
    const auto target = save(name, encode_image(test::photo_like({48, 32}, 3), {format, 80, 4}).value());
    const auto done = run_tool("exiftool -overwrite_original -m " + arguments + " " + target);
    EXPECT_EQ(done.status, 0) << done.text;
    return load(name);
  }

  std::string told_of(const std::string& name, const Bytes& file, const std::string& options = "") {
    return run_tool("exiftool -a -G1 -s " + options + " " + save(name, file)).text;
  }
};

TEST_F(CreditsTools, ExiftoolReadsEveryFormat) {
  const auto master = test::photo_like({64, 48}, 3);
  for (const auto format : kMarkedFormats) {
    if (!can_encode(format)) continue;
    SCOPED_TRACE(to_string(format));
    RenditionSpec spec{{32, 24}, {}, {format}};
    spec.provenance.emplace();
    spec.credits = {{"Mia Gr\xC3\xBC" "n", "A & B"}, "Studio <X>", "\xC2\xA9 2026 Studio", "https://example.com/r", "Ask first"};
    const auto name = "r." + std::string(to_string(format));
    const auto told = told_of(name, render(master, spec).value().image.bytes);
    EXPECT_THAT(told, ContainsRegex("\\[XMP-dc\\] +Creator +: Mia Gr\xC3\xBCn, A & B"));
    EXPECT_THAT(told, ContainsRegex("\\[XMP-dc\\] +Rights +: \xC2\xA9 2026 Studio"));
    EXPECT_THAT(told, ContainsRegex("\\[XMP-photoshop\\] +Credit +: Studio <X>"));
    EXPECT_THAT(told, ContainsRegex("\\[XMP-xmpRights\\] +WebStatement +: https://example.com/r"));
    EXPECT_THAT(told, ContainsRegex("\\[XMP-xmpRights\\] +UsageTerms +: Ask first"));
    EXPECT_THAT(told, HasSubstr("trainedAlgorithmicMedia"));
    EXPECT_THAT(run_tool("exiftool -validate -warning -error -a -s " + path(name)).text, HasSubstr("OK"));
  }
}

TEST_F(CreditsTools, AreFoundAsXmp) {
  for (const auto format : kMarkedFormats) {
    if (!can_encode(format)) continue;
    const auto file = written_by_exiftool(
        format,
        "-XMP-dc:Creator='One' -XMP-dc:Creator='Tw\xC3\xB6' -XMP-dc:Rights='(c) me' -XMP-photoshop:Credit='line' "
        "-XMP-xmpRights:WebStatement='http://example.com' -XMP-xmpRights:UsageTerms='none & all'");
    EXPECT_EQ(find_credits(file), (Credits{{"One", "Tw\xC3\xB6"}, "line", "(c) me", "http://example.com", "none & all"}))
        << to_string(format);
  }
}

TEST_F(CreditsTools, AreFoundAsExif) {
  for (const auto format : kMarkedFormats) {
    if (!can_encode(format)) continue;
    const auto file = written_by_exiftool(format, "-EXIF:Artist='One; Two' -EXIF:Copyright='(c) me' -EXIF:Make=x");
    EXPECT_EQ(find_credits(file), (Credits{{"One", "Two"}, "", "(c) me", "", ""})) << to_string(format);
  }
}

TEST_F(CreditsTools, AreFoundAsIptcOfAJpeg) {
  for (const std::string charset : {"", "-IPTC:CodedCharacterSet=UTF8 "}) {
    const auto file = written_by_exiftool(ImageFormat::jpeg, charset + "-IPTC:City=x -IPTC:By-line='J\xC3\xB6rg' -IPTC:By-line=Two "
                                                                       "-IPTC:Credit=line -IPTC:CopyrightNotice='(c) me'");
    EXPECT_EQ(find_credits(file), (Credits{{"J\xC3\xB6rg", "Two"}, "line", "(c) me", "", ""})) << charset;
  }
}

TEST_F(CreditsTools, OfXmpGoBeforeIptcAndThatBeforeExif) {
  const auto file = written_by_exiftool(ImageFormat::jpeg,
                                        "-EXIF:Artist=exif -EXIF:Copyright=exif -IPTC:By-line=iptc -IPTC:CopyrightNotice=iptc "
                                        "-IPTC:Credit=iptc -XMP-dc:Creator=xmp");
  EXPECT_EQ(find_credits(file), (Credits{{"xmp"}, "iptc", "iptc", "", ""}));
}

TEST_F(CreditsTools, AreAllThatIsKept) {
  std::vector<RenditionSpec> specs;
  for (const auto format : kMarkedFormats) {
    if (!can_encode(format)) continue;
    specs.push_back({{24, 16}, {}, {format, 80}});
    specs.back().keep_credits = true;
  }
  for (const auto input : kMarkedFormats) {
    if (!can_encode(input)) continue;
    const auto master = written_by_exiftool(
        input, "-EXIF:GPSLatitude=47.5 -EXIF:GPSLatitudeRef=N -EXIF:SerialNumber=SN4711 -EXIF:Artist=Mia "
               "-XMP:Description=secretplace -XMP-dc:Rights=mine -XMP-photoshop:City=secretplace -XMP-dc:Subject=secretplace "
               "-IPTC:City=secretplace -Comment=secretplace");
    const auto files = test::rendered_files(master, specs);
    for (std::size_t i = 0; i < files.size(); ++i) {
      const auto extension = std::string(to_string(specs[i].encoding.format));
      SCOPED_TRACE(std::string(to_string(input)) + " to " + extension);
      EXPECT_EQ(find_credits(files[i]), (Credits{{"Mia"}, "", "mine", "", ""}));
      const auto told = told_of("out." + extension, files[i]);
      for (const char* const trace : {"GPS", "SN4711", "secretplace", "[IFD0]", "[ExifIFD]", "[IPTC]", "Comment"})
        EXPECT_THAT(told, Not(HasSubstr(trace)));
      EXPECT_THAT(told, ContainsRegex("\\[XMP-dc\\] +Creator +: Mia"));
    }
  }
}

}  // namespace
}  // namespace imagegen
