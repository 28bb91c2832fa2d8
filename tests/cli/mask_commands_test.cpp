// `imagegen mask inspect | prepare | embed | composite | outpaint`.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/outpaint.hpp>

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include "cli/process.hpp"
#include "support/gradient_png.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StrEq;

// A picture of 60x40 px, one that is black, and masks that edit a rectangle of 20x10 px.
class MaskCommands : public ::testing::Test {
 protected:
  MaskCommands() {
    for (int y = 12; y < 22; ++y)
      for (int x = 8; x < 28; ++x) mask_.values[static_cast<std::size_t>(y * 60 + x)] = 255;
    folder_.write("photo.png", gradient_png(60, 40, 0));
    write("black.png", encode_png(Bitmap{{60, 40}, 3, Bytes(60 * 40 * 3)}).value());
    write("white.png", write_mask(mask_, MaskPolarity::white_is_edit).value());
    write("clear.png", write_mask(mask_, MaskPolarity::transparent_is_edit).value());
  }

  void write(const std::string& name, const Bytes& file) { folder_.write(name, std::string(as_text(file))); }
  Bytes file(const std::string& name) {
    const auto text = folder_.read(name);
    return {text.begin(), text.end()};
  }
  Bitmap picture(const std::string& name) { return decode_image(file(name)).value(); }
  Ended run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "mask");
    return run_cli(arguments, {}, folder_.path());
  }

  Mask mask_{{60, 40}, Bytes(60 * 40)};
  Folder folder_;
};

TEST_F(MaskCommands, InspectTellsWhatIsEditedInEachPolarity) {
  EXPECT_THAT(run({"inspect", "white.png"}).out,
              StrEq("white.png  60x40  mask read as white_is_edit  edits 8.3 %, touches 8.3 %, region 20x10+8+12\n"
                    "  as white_is_edit it edits 8.3 %\n  as black_is_edit it edits 91.7 %\n"));
  const auto json = boost::json::parse(run({"inspect", "clear.png", "--json"}).out);
  EXPECT_EQ(json.at("polarity"), "transparent_is_edit");
  EXPECT_EQ(json.at("polarities").as_array().size(), 4U);
}

TEST_F(MaskCommands, AMaskComesFromStandardInputAndGoesToStandardOutput) {
  const std::string command = "\"$0\" mask prepare - -o - < white.png | \"$0\" mask inspect -";
  const auto ended = Process({"-c", command, IMAGEGEN_CLI}, {}, folder_.path(), "/bin/sh").wait();
  EXPECT_THAT(ended.out, HasSubstr("60x40  mask read as white_is_edit  edits 8.3 %")) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("60x40")) << "stdout has the picture";
}

TEST_F(MaskCommands, PrepareDoesWhatTheLibraryDoes) {
  const auto ended =
      run({"prepare", "clear.png", "-o", "out/mask.png", "--polarity", "transparent_is_edit", "--size", "120x80",
           "--grow", "6", "--feather", "3", "--feather-side", "both", "--write-as", "opaque_is_edit"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  MaskShape shape;
  shape.size = {120, 80}, shape.grow_px = 6, shape.feather_px = 3, shape.side = FeatherSide::both;
  const auto expected = shape_mask(mask_, shape).value();
  EXPECT_EQ(file("out/mask.png"), write_mask(expected, MaskPolarity::opaque_is_edit).value());
  EXPECT_THAT(ended.out, AllOf(HasSubstr("out/mask.png  120x80"), HasSubstr("read as transparent_is_edit")));
}

TEST_F(MaskCommands, PrepareTakesWhatIsBelowZeroAsNarrower) {
  EXPECT_EQ(run({"prepare", "white.png", "-o", "a.png", "--grow", "-2"}).exit_code, 0);
  EXPECT_EQ(edit_region(read_mask(file("a.png")).value()).value(), (PixelRect{10, 14, 16, 6}));
  EXPECT_EQ(run({"prepare", "white.png", "-o", "b.png", "--invert"}).exit_code, 0);
  EXPECT_EQ(read_mask(file("b.png")).value().values, invert_mask(mask_).value().values);
}

TEST_F(MaskCommands, AMaskThatEditsNothingIsWrittenOnlyWhereThatIsAllowed) {
  const auto refused = run({"prepare", "clear.png", "-o", "a.png", "--polarity", "white_is_edit"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("imagegen: clear.png: read as white_is_edit, it edits nothing"),
                                 HasSubstr("as transparent_is_edit 8.3 %")));
  const auto json =
      boost::json::parse(run({"prepare", "clear.png", "-o", "a.png", "--polarity", "white_is_edit", "--json"}).out);
  EXPECT_EQ(json.at("error").at("code"), "INVALID_ARGUMENT");
  EXPECT_THAT(folder_.files(), ElementsAre("black.png", "clear.png", "photo.png", "white.png"));
  EXPECT_EQ(run({"prepare", "clear.png", "-o", "a.png", "--polarity", "white_is_edit", "--allow-empty"}).exit_code, 0);
  EXPECT_EQ(mask_coverage(read_mask_as(file("a.png"), {{}, true}).value().mask)->touched, 0.0);
}

TEST_F(MaskCommands, EmbedMakesOneFileOfPictureAndMask) {
  EXPECT_EQ(run({"embed", "photo.png", "white.png", "-o", "both.png"}).exit_code, 0);
  EXPECT_EQ(file("both.png"), write_masked_picture(picture("photo.png"), mask_).value());
}

TEST_F(MaskCommands, CompositeKeepsEveryBitOutsideOfTheMask) {
  const auto ended = run({"composite", "photo.png", "black.png", "clear.png", "-o", "out.png"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(picture("out.png").pixels, composite(picture("photo.png"), picture("black.png"), mask_).value().pixels);
  EXPECT_EQ(run({"composite", "photo.png", "black.png", "white.png", "-o", "out.webp", "--lossless"}).exit_code, 0);
  EXPECT_EQ(picture("out.webp").pixels, picture("out.png").pixels);
}

TEST_F(MaskCommands, CompositeStretchesWhatCameBackInAnotherSizeWhenAsked) {
  folder_.write("large.png", gradient_png(120, 80, 0));
  const auto refused = run({"composite", "photo.png", "large.png", "white.png", "-o", "out.png"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("large.png: expected 60x40, the size of the base, got 120x80; with resize it is "
                                     "stretched"));
  EXPECT_EQ(run({"composite", "photo.png", "large.png", "white.png", "-o", "out.png", "--resize"}).exit_code, 0);
  EXPECT_EQ(picture("out.png").size, (PixelSize{60, 40}));
}

TEST_F(MaskCommands, OutpaintWritesTheCanvasAndItsMask) {
  const auto ended = run({"outpaint", "photo.png", "-o", "canvas.png", "--mask", "mask.png", "--left", "10", "--bottom",
                          "20", "--fill", "mirror", "--overlap", "6", "--feather", "3"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  OutpaintSpec spec;
  spec.margins = {10, 0, 0, 20}, spec.fill = MarginFill::mirror, spec.overlap_px = 6, spec.feather_px = 3;
  const auto expected = outpaint_input(picture("photo.png"), spec).value();
  EXPECT_EQ(picture("canvas.png").pixels, expected.picture.pixels);
  EXPECT_EQ(read_mask(file("mask.png")).value().values, expected.mask.values);
}

TEST_F(MaskCommands, OutpaintFindsTheMarginsOfASizeOrAShape) {
  EXPECT_EQ(run({"outpaint", "photo.png", "-o", "a.png", "--size", "100x40", "--position", "west"}).exit_code, 0);
  EXPECT_EQ(picture("a.png").size, (PixelSize{100, 40}));
  EXPECT_EQ(picture("a.png").row(5)[3], 255);
  EXPECT_EQ(run({"outpaint", "photo.png", "-o", "b.jpg", "--aspect-ratio", "1:1", "--fill", "copy"}).exit_code, 0);
  EXPECT_EQ(picture("b.jpg").size, (PixelSize{60, 60}));
}

TEST_F(MaskCommands, NameWhatIsWrong) {
  EXPECT_THAT(run({"prepare", "white.png", "-o", "a.jpg"}).err, HasSubstr("-o a.jpg: expected a name ending in .png"));
  EXPECT_THAT(run({"composite", "photo.png", "black.png", "white.png", "-o", "a.gif"}).err,
              HasSubstr("expected a name ending in .webp, .jpg, .png or .avif"));
  EXPECT_THAT(run({"embed", "photo.png", "no.png", "-o", "a.png"}).err, HasSubstr("no.png: there is no such file"));
  EXPECT_THAT(run({"prepare", "white.png", "-o", "a.png", "--size", "5"}).err, HasSubstr("--size: "));
  EXPECT_THAT(run({"prepare", "white.png", "-o", "a.png", "--polarity", "red"}).err,
              HasSubstr("--polarity: expected white_is_edit, "));
  EXPECT_THAT(run({"prepare", "white.png", "-o", "a.png", "--grow", "20000"}).err, HasSubstr("16384"));
  EXPECT_THAT(run({"outpaint", "photo.png", "-o", "a.png"}).err, HasSubstr("--left: expected one of margins"));
  EXPECT_THAT(run({"outpaint", "photo.png", "-o", "a.jpg", "--left", "5"}).err,
              HasSubstr("--background: expected an opaque colour"));
  EXPECT_THAT(run({"outpaint", "photo.png", "-o", "a.png", "--size", "9x9"}).err,
              HasSubstr("at least 60x40, the size of the picture, got 9x9"));
  EXPECT_EQ(run({}).exit_code, 2);
  EXPECT_THAT(folder_.files(), ElementsAre("black.png", "clear.png", "photo.png", "white.png"));
}

}  // namespace
}  // namespace imagegen::test
