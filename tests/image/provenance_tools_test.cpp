// What other programs see in files with a packet of ours.
#include <imagegen/image/encode.hpp>
#include <imagegen/image/provenance.hpp>
#include <imagegen/image/renditions.hpp>

#include "image/support/pictures.hpp"
#include "image/support/webp_builder.hpp"
#include "image/support/with_tools.hpp"
#include "image/xmp_files.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::run_tool;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ProvenanceTools : public test::WithTools {
 protected:
  // Saves the file without and with the packet; the second path is returned.
  std::string save_marked(const std::string& name, ImageFormat format, const Bytes& file) const {
    save("plain-" + name, file);
    const Provenance provenance{DigitalSourceType::trained_algorithmic_media, "flux <2> & co", std::string(64, 'c')};
    return save(name, detail::embed_xmp(format, file, xmp_packet(provenance).value()).value());
  }
};

void expect_exiftool_reads(const std::string& path) {
  const auto output = run_tool("exiftool -G1 -s " + path);
  EXPECT_EQ(output.status, 0);
  EXPECT_THAT(output.text,
              testing::ContainsRegex("\\[XMP-iptcExt\\] +DigitalSourceType +: http://cv.iptc.org/newscodes/"
                                     "digitalsourcetype/trainedAlgorithmicMedia"));
  EXPECT_THAT(output.text, testing::ContainsRegex("\\[XMP-iptcExt\\] +AISystemUsed +: flux <2> & co"));
  EXPECT_THAT(output.text, testing::ContainsRegex("\\[XMP-xmp\\] +CreatorTool +: imagegen"));
  EXPECT_THAT(output.text, testing::ContainsRegex("Model +: flux <2> & co"));
  EXPECT_THAT(output.text, testing::ContainsRegex("PromptSha256 +: cccccccc"));
  const auto checked = run_tool("exiftool -validate -warning -error -a -s " + path);
  EXPECT_THAT(checked.text, HasSubstr("OK")) << checked.text;
}

TEST_F(ProvenanceTools, ExiftoolReadsAllThreeFormats) {
  needs("exiftool", "libimage-exiftool-perl");
  for (const auto format : {ImageFormat::jpeg, ImageFormat::png, ImageFormat::webp}) {
    SCOPED_TRACE(to_string(format));
    const auto file = encode_image(test::photo_like({37, 29}, 3), {format, 80, 2}).value();
    expect_exiftool_reads(save_marked("a." + std::string(to_string(format)), format, file));
  }
}

// As a user makes them, and AVIF too where it can be written.
TEST_F(ProvenanceTools, ExiftoolReadsEveryRendition) {
  needs("exiftool", "libimage-exiftool-perl");
  const auto master = test::photo_like({64, 48}, 3);
  for (const auto format : {ImageFormat::jpeg, ImageFormat::png, ImageFormat::webp, ImageFormat::avif}) {
    if (!can_encode(format)) continue;
    SCOPED_TRACE(to_string(format));
    RenditionSpec spec;
    spec.size = {32, 24};
    spec.encoding.format = format;
    spec.provenance.emplace();
    spec.provenance->model = "flux <2> & co";
    spec.provenance->prompt_sha256 = std::string(64, 'c');
    const auto file = render(master, spec).value().image.bytes;
    EXPECT_EQ(find_provenance(file),
              (FoundProvenance{"trainedAlgorithmicMedia", "imagegen", "flux <2> & co", std::string(64, 'c'), false}));
    expect_exiftool_reads(save("r." + std::string(to_string(format)), file));
  }
}

TEST_F(ProvenanceTools, PngcheckFindsThePngSound) {
  needs("pngcheck", "pngcheck");
  const auto png = save_marked("a.png", ImageFormat::png, encode_png(test::photo_like({37, 29}, 4)).value());
  const auto output = run_tool("pngcheck -v " + png);
  EXPECT_EQ(output.status, 0);
  EXPECT_THAT(output.text, AllOf(HasSubstr("iTXt"), HasSubstr("No errors detected")));
}

TEST_F(ProvenanceTools, DjpegDecodesTheSamePixels) {
  needs("djpeg", "libjpeg-turbo-progs");
  const auto file = encode_image(test::photo_like({37, 29}, 3), {ImageFormat::jpeg, 80}).value();
  const auto marked = save_marked("a.jpg", ImageFormat::jpeg, file);
  const auto before = run_tool("djpeg " + path("plain-a.jpg")), after = run_tool("djpeg " + marked);
  EXPECT_EQ(after.status, 0);
  EXPECT_EQ(after.text, before.text);
}

// Lossy and lossless, without and with alpha: each begins as another form of the container.
TEST_F(ProvenanceTools, WebpinfoFindsEveryKindOfWebpSoundAndDwebpDecodesTheSamePixels) {
  needs("webpinfo", "webp");
  needs("dwebp", "webp");
  for (const int channels : {3, 4}) {
    const auto photo = test::photo_like({37, 29}, channels);
    for (const auto& file :
         {encode_image(photo, {ImageFormat::webp, 80, 2}).value(), test::build_lossless_webp(photo)}) {
      const auto marked = save_marked("a.webp", ImageFormat::webp, file);
      const auto info = run_tool("webpinfo " + marked);
      EXPECT_EQ(info.status, 0);
      EXPECT_THAT(info.text,
                  AllOf(HasSubstr("No error detected"), Not(HasSubstr("Warning")), HasSubstr("XMP: 1"),
                        HasSubstr("Canvas size 37 x 29"), HasSubstr(channels == 4 ? "Alpha: 1" : "Alpha: 0")))
          << info.text;
      const auto before = run_tool("dwebp -quiet -pam -o - -- " + path("plain-a.webp"));
      const auto after = run_tool("dwebp -quiet -pam -o - -- " + marked);
      EXPECT_EQ(after.status, 0);
      EXPECT_EQ(after.text, before.text);
    }
  }
}

}  // namespace
}  // namespace imagegen
