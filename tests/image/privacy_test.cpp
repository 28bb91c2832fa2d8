// Nothing that a camera or a user wrote into a picture reaches its outputs.
#include <imagegen/image/encode.hpp>
#include <imagegen/image/renditions.hpp>

#include <gmock/gmock.h>

#include "image/support/pictures.hpp"
#include "image/support/render_outputs.hpp"
#include "image/support/with_tools.hpp"

namespace imagegen {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr ImageFormat kFormats[] = {ImageFormat::jpeg, ImageFormat::png, ImageFormat::webp, ImageFormat::avif};

class Privacy : public test::WithTools {
 protected:
  // A picture of the format with all that a camera writes, put there by exiftool.
  Bytes tell_tale(ImageFormat format) {
    const auto extension = std::string(to_string(format));
    const auto file = encode_image(test::photo_like({48, 32}, 3), {format, 80, 4}).value();
    const auto target = save("tale." + extension, file);
    const auto thumbnail = save("thumb.jpg", encode_image(test::photo_like({16, 12}, 3), {ImageFormat::jpeg}).value());
    const auto done = test::run_tool(
        "exiftool -overwrite_original -m -EXIF:GPSLatitude=47.5 -EXIF:GPSLatitudeRef=N -EXIF:GPSLongitude=9.25 "
        "-EXIF:GPSLongitudeRef=E -EXIF:SerialNumber=SN4711 -EXIF:Artist=SomebodyReal -XMP:Creator=SomebodyReal "
        "-XMP:Description=secretplace -IPTC:City=secretplace -Comment=secretplace '-EXIF:ThumbnailImage<=" +
        thumbnail + "' " + target);
    EXPECT_EQ(done.status, 0) << done.text;
    EXPECT_THAT(test::run_tool("exiftool -a -G1 " + target).text, HasSubstr("SomebodyReal"))
        << "the input tells nothing";
    return load("tale." + extension);
  }
};

TEST_F(Privacy, NothingOfTheInputsMetadataSurvivesInAnyFormat) {
  needs("exiftool", "libimage-exiftool-perl");
  std::vector<RenditionSpec> specs;
  for (const auto format : kFormats) {
    if (can_encode(format)) specs.push_back({{24, 16}, {}, {format, 80}});
  }
  for (const auto input : kFormats) {
    if (!can_encode(input)) continue;
    const auto files = test::rendered_files(tell_tale(input), specs);
    for (std::size_t i = 0; i < files.size(); ++i) {
      const auto extension = std::string(to_string(specs[i].encoding.format));
      SCOPED_TRACE(std::string(to_string(input)) + " to " + extension);
      const auto saved = save("out." + extension, files[i]);
      const auto told = test::run_tool("exiftool -a -G1 -s " + saved).text;
      for (const char* const trace : {"GPS", "SN4711", "SomebodyReal", "secretplace", "ThumbnailImage", "[IFD0]",
                                      "[ExifIFD]", "[XMP-", "[IPTC]", "Comment"}) {
        EXPECT_THAT(told, Not(HasSubstr(trace)));
      }
    }
  }
}

}  // namespace
}  // namespace imagegen
