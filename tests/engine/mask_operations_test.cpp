// The operations on masks, with the files that go in and come out.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/outpaint.hpp>

#include <gmock/gmock.h>

#include "engine/engine_host.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using namespace test;
using ::testing::HasSubstr;

// Edits its left half.
Mask left_half(PixelSize size) {
  Mask mask{size, {}};
  for (int i = 0; i < size.width * size.height; ++i) mask.values.push_back(i % size.width < size.width / 2 ? 255 : 0);
  return mask;
}

Bytes mask_file(MaskPolarity polarity) {
  return write_mask(left_half({40, 30}), polarity).value();
}

// A picture of one colour, but for its first row.
Bitmap plain_picture(PixelSize size, std::uint8_t value) {
  Bitmap picture{size, 3, {}};
  picture.pixels.resize(picture.stride_bytes() * static_cast<std::size_t>(size.height), value);
  for (std::size_t i = 0; i < picture.stride_bytes(); ++i) picture.pixels[i] = static_cast<std::uint8_t>(i);
  return picture;
}

std::vector<SharedBytes> files_of(std::initializer_list<Bytes> files) {
  std::vector<SharedBytes> all;
  for (const Bytes& file : files) all.emplace_back(file);
  return all;
}

// A call that ended well.
struct MaskCall {
  js::object document;
  std::vector<Bytes> files;
};

MaskCall called(std::string_view operation, std::string_view request, std::initializer_list<Bytes> files) {
  const auto outcome = open_engine()->run(operation, request, files_of(files));
  MaskCall made{document_of(outcome), {}};
  const auto* result = std::get_if<OperationResult>(&outcome);
  EXPECT_NE(result, nullptr) << made.document;
  for (const auto& file : result ? result->bytes : std::vector<SharedBytes>()) {
    const auto view = file.view();
    made.files.emplace_back(view.begin(), view.end());
  }
  return made;
}

std::string refusal(std::string_view operation, std::string_view request, std::initializer_list<Bytes> files) {
  const auto outcome = open_engine()->run(operation, request, files_of(files));
  EXPECT_EQ(code_of(outcome), "INVALID_ARGUMENT");
  return js::serialize(document_of(outcome));
}

TEST(MaskOperations, InspectAMaskInEveryPolarity) {
  const auto [told, files] = called("masks.inspect", "{}", {mask_file(MaskPolarity::opaque_is_edit)});
  EXPECT_EQ(told.at("polarity"), "transparent_is_edit");
  EXPECT_EQ(told.at("editedShare").as_double(), 0.5);
  EXPECT_EQ(js::serialize(told.at("region")), R"({"x":20,"y":0,"width":20,"height":30})");
  EXPECT_EQ(told.at("polarities").as_array().size(), 4U);
  EXPECT_TRUE(files.empty());
}

TEST(MaskOperations, InspectSaysThatNothingIsEdited) {
  const auto told = called("masks.inspect", R"({"polarity": "white_is_edit"})",
                           {mask_file(MaskPolarity::transparent_is_edit)}).document;
  EXPECT_EQ(told.at("touchedShare").to_number<double>(), 0.0);
  EXPECT_TRUE(told.at("region").is_null());
}

TEST(MaskOperations, PrepareTurnsEveryPolarityIntoEveryOther) {
  for (const auto from : {MaskPolarity::white_is_edit, MaskPolarity::black_is_edit, MaskPolarity::transparent_is_edit,
                          MaskPolarity::opaque_is_edit}) {
    for (const auto to : {MaskPolarity::white_is_edit, MaskPolarity::black_is_edit, MaskPolarity::transparent_is_edit,
                          MaskPolarity::opaque_is_edit}) {
      const js::object request{{"polarity", to_string(from)}, {"writeAs", to_string(to)}};
      const auto made = called("masks.prepare", js::serialize(request), {mask_file(from)});
      ASSERT_EQ(made.files.size(), 1U);
      EXPECT_EQ(made.files[0], mask_file(to)) << request;
      EXPECT_EQ(made.document.at("sizeBytes").as_int64(), std::ssize(made.files[0]));
    }
  }
}

TEST(MaskOperations, PrepareShapesAsTheLibraryDoes) {
  const auto made = called("masks.prepare", R"({"width": 80, "height": 60, "grow": -4, "feather": 5,
    "featherSide": "outside", "invert": true})", {mask_file(MaskPolarity::white_is_edit)});
  MaskShape shape;
  shape.invert = true, shape.size = {80, 60}, shape.grow_px = -4, shape.feather_px = 5;
  shape.side = FeatherSide::outside;
  const auto expected = shape_mask(left_half({40, 30}), shape).value();
  EXPECT_EQ(made.files.at(0), write_mask(expected, MaskPolarity::white_is_edit).value());
  EXPECT_EQ(made.document.at("width").as_int64(), 80);
  EXPECT_EQ(made.document.at("editedShare").as_double(), mask_coverage(expected)->edited);
}

TEST(MaskOperations, RefuseAMaskOfTheWrongPolarityEverywhere) {
  const auto mask = mask_file(MaskPolarity::transparent_is_edit);
  const auto photo = encode_png(plain_picture({40, 30}, 9)).value();
  const char* request = R"({"polarity": "white_is_edit"})";
  const auto says_which = HasSubstr("mask: read as white_is_edit, it edits nothing: all 1200 pixels are below 128; as");
  EXPECT_THAT(refusal("masks.prepare", request, {mask}), says_which);
  EXPECT_THAT(refusal("masks.embed", request, {photo, mask}), says_which);
  EXPECT_THAT(refusal("masks.composite", request, {photo, photo, mask}), says_which);
  const auto allowed = R"({"polarity": "white_is_edit", "allowEmpty": true})";
  EXPECT_EQ(decode_image(called("masks.composite", allowed, {photo, photo, mask}).files.at(0))->pixels,
            plain_picture({40, 30}, 9).pixels);
}

TEST(MaskOperations, EmbedPutsTheMaskIntoAlpha) {
  const auto photo = plain_picture({40, 30}, 77);
  const auto made = called("masks.embed", "{}",
                           {encode_png(photo).value(), mask_file(MaskPolarity::white_is_edit)});
  EXPECT_EQ(made.files.at(0), write_masked_picture(photo, left_half({40, 30})).value());
}

TEST(MaskOperations, CompositeTakesTheThreeFilesInTheirOrder) {
  const auto base = plain_picture({40, 30}, 10), edited = plain_picture({40, 30}, 200);
  const auto made = called("masks.composite", "{}", {encode_png(base).value(), encode_png(edited).value(),
                                                     mask_file(MaskPolarity::transparent_is_edit)});
  EXPECT_EQ(made.document.at("format"), "png");
  EXPECT_EQ(decode_image(made.files.at(0))->pixels, composite(base, edited, left_half({40, 30})).value().pixels);
}

TEST(MaskOperations, CompositeStretchesWhenAsked) {
  const auto base = plain_picture({80, 60}, 10), edited = plain_picture({100, 90}, 200);
  const auto mask = mask_file(MaskPolarity::white_is_edit);
  const auto files = {encode_png(base).value(), encode_png(edited).value(), mask};
  EXPECT_THAT(refusal("masks.composite", "{}", files), HasSubstr("edited: expected 80x60"));
  const auto picture = decode_image(called("masks.composite", R"({"resize": true})", files).files.at(0)).value();
  ASSERT_EQ(picture.size, base.size);
  EXPECT_EQ(picture.row(40)[0], 200);
  EXPECT_EQ(picture.row(40)[79 * 3], 10);
}

TEST(MaskOperations, OutpaintGivesPictureAndMask) {
  const auto photo = plain_picture({40, 30}, 10);
  const auto request = R"({"width": 60, "height": 40, "position": "south-east", "background": "#102030",
    "overlap": 4, "feather": 2, "writeAs": "transparent_is_edit"})";
  const auto made = called("masks.outpaint", request, {encode_png(photo).value()});
  OutpaintSpec spec;
  spec.margins = {20, 10, 0, 0}, spec.background = {16, 32, 48, 255};
  spec.overlap_px = 4, spec.feather_px = 2;
  const auto expected = outpaint_input(photo, spec).value();
  ASSERT_EQ(made.files.size(), 2U);
  EXPECT_EQ(decode_image(made.files[0])->pixels, expected.picture.pixels);
  EXPECT_EQ(made.files[1], write_mask(expected.mask, MaskPolarity::transparent_is_edit).value());
  EXPECT_EQ(js::serialize(made.document.at("place")), R"({"x":20,"y":10,"width":40,"height":30})");
}

TEST(MaskOperations, OutpaintNeedsOneWayToSayHowLarge) {
  const auto photo = encode_png(plain_picture({40, 30}, 10)).value();
  EXPECT_THAT(refusal("masks.outpaint", "{}", {photo}), HasSubstr("got none"));
  EXPECT_THAT(refusal("masks.outpaint", R"({"left": 4, "aspectRatio": "1:1"})", {photo}), HasSubstr("got several"));
  EXPECT_THAT(refusal("masks.outpaint", R"({"width": 90})", {photo}), HasSubstr("both width and height"));
  EXPECT_THAT(refusal("masks.outpaint", R"({"left": 4, "position": "attention"})", {photo}), HasSubstr("position"));
  for (const auto* ratio : {"16", "16:", ":9", "0:1", "16:9:4", "a:b", "16:9 ", "70000:1"})
    EXPECT_THAT(refusal("masks.outpaint", js::serialize(js::object{{"aspectRatio", ratio}}), {photo}),
                HasSubstr("as 16:9"));
}

TEST(MaskOperations, SayWhichFilesTheyMiss) {
  EXPECT_THAT(refusal("masks.composite", "{}", {}),
              HasSubstr("inputs: expected 3, the base, the edited, the mask, got 0"));
  EXPECT_THAT(refusal("masks.prepare", "{}", {}), HasSubstr("inputs: expected one, the mask, got 0"));
}

TEST(MaskOperations, NameTheFileThatIsNoPicture) {
  const auto photo = encode_png(plain_picture({40, 30}, 10)).value();
  const auto outcome = open_engine()->run("masks.composite", "{}", files_of({photo, to_bytes("text"), photo}));
  EXPECT_THAT(std::string(document_of(outcome).at("message").as_string()), ::testing::StartsWith("edited: expected a"));
}

TEST(MaskOperations, TellTheNamesOfAllTheirFiles) {
  std::map<std::string, std::string> inputs;
  const auto document = js::parse(operations_json());
  for (const auto& operation : document.at("operations").as_array())
    inputs.emplace(operation.at("name").as_string(), js::serialize(operation.at("inputs")));
  EXPECT_EQ(inputs.at("masks.composite"), R"(["base","edited","mask"])");
  EXPECT_EQ(inputs.at("masks.outpaint"), R"(["picture"])");
  EXPECT_EQ(inputs.at("jobs.list"), "[]");
}

}  // namespace
}  // namespace imagegen
