#include "c_api.hpp"

namespace imagegen::test {
namespace {

using testing::HasSubstr;

imagegen_pixels pixels_of(const Image& image) {
  imagegen_pixels pixels = IMAGEGEN_PIXELS_INIT;
  Failure failure;
  EXPECT_EQ(imagegen_image_pixels(image.get(), &pixels, failure), IMAGEGEN_OK) << failure.message();
  return pixels;
}

std::string rows_of(const imagegen_pixels& pixels) {
  std::string all;
  for (std::uint32_t y = 0; y < pixels.height_px; ++y)
    all.append(reinterpret_cast<const char*>(pixels.data + y * pixels.stride_bytes),
               std::size_t{pixels.width_px} * pixels.channels);
  return all;
}

Image decode(const std::string& file, const imagegen_limits* limits = nullptr, imagegen_status expected = IMAGEGEN_OK,
             const char* says = "") {
  imagegen_image* image = nullptr;
  Failure failure;
  EXPECT_EQ(imagegen_image_decode(file.data(), file.size(), limits, &image, failure), expected) << failure.message();
  EXPECT_THAT(failure.message(), HasSubstr(says));
  return Image(image);
}

using CImages = CApi;

TEST_F(CImages, LosslessFilesGiveTheSamePixels) {
  for (const std::uint32_t channels : {3U, 4U}) {
    const auto image = picture(33, 21, channels);
    const auto again = decode(file_of(image));
    EXPECT_EQ(pixels_of(again).channels, channels);
    EXPECT_EQ(rows_of(pixels_of(again)), rows_of(pixels_of(image))) << channels;
  }
}

TEST_F(CImages, EveryFormatIsWritten) {
  const auto image = picture(32, 16);
  EXPECT_THAT(file_of(image, IMAGEGEN_WEBP), testing::StartsWith("RIFF"));
  EXPECT_THAT(file_of(image, IMAGEGEN_JPEG), testing::StartsWith("\xff\xd8\xff"));
  EXPECT_THAT(file_of(image, IMAGEGEN_PNG), testing::StartsWith("\x89PNG"));
  const auto again = decode(file_of(image, IMAGEGEN_JPEG));
  EXPECT_EQ(pixels_of(again).width_px, 32U);
  EXPECT_EQ(pixels_of(again).height_px, 16U);
}

TEST_F(CImages, RowsMayLieFurtherApartThanTheyAreLong) {
  // 3 x 2 RGB in rows of 16 bytes: what lies between them is not looked at.
  std::vector<std::uint8_t> data(16 + 9, 0xee);
  for (std::uint8_t i = 0; i < 9; ++i) data[i] = i, data[16U + i] = static_cast<std::uint8_t>(100 + i);
  imagegen_pixels pixels = IMAGEGEN_PIXELS_INIT;
  pixels.width_px = pixels.channels = 3;
  pixels.height_px = 2;
  pixels.stride_bytes = 16;
  pixels.data = data.data();
  imagegen_image* image = nullptr;
  ASSERT_EQ(imagegen_image_create(&pixels, &image, nullptr), IMAGEGEN_OK);
  const Image owned(image);
  const auto expected = std::string("\0\1\2\3\4\5\6\7\10", 9) + "defghijkl";
  EXPECT_EQ(rows_of(pixels_of(owned)), expected);
  data.assign(data.size(), 0);
  EXPECT_EQ(rows_of(pixels_of(owned)), expected) << "the image is a copy";
}

// Several files go in with one call, and several come out, in the order that the operation names.
TEST_F(CImages, MasksAreMadeAndUsed) {
  const auto runtime = open();
  const auto base = file_of(picture(32, 16)), edited = file_of(picture(32, 16, 4));
  std::vector<std::string> canvas, result;
  const auto made = result_of(runtime, "masks.outpaint", R"({"right": 8, "fill": "copy"})", {view_of(base)}, &canvas);
  ASSERT_EQ(canvas.size(), 2U);
  EXPECT_EQ(made.at("width"), 40);
  EXPECT_EQ(pixels_of(decode(canvas[0])).width_px, 40U);
  const auto size = R"({"width": 32, "height": 16})";
  EXPECT_EQ(result_of(runtime, "masks.prepare", size, {view_of(canvas[1])}, &result).at("polarity"), "white_is_edit");
  result_of(runtime, "masks.composite", "{}", {view_of(base), view_of(edited), view_of(result.at(0))}, &result);
  const auto rows = rows_of(pixels_of(decode(result.at(1))));
  const auto before = rows_of(pixels_of(decode(base))), after = rows_of(pixels_of(decode(edited)));
  EXPECT_EQ(rows.substr(0, 3), before.substr(0, 3));
  EXPECT_EQ(rows.substr(31 * 4, 4), after.substr(31 * 4, 4));
}

TEST_F(CImages, ThereAreNoPixelsOfWhatIsNoImage) {
  imagegen_pixels pixels = IMAGEGEN_PIXELS_INIT;
  ASSERT_EQ(imagegen_image_pixels(picture(5, 3).get(), &pixels, nullptr), IMAGEGEN_OK);
  EXPECT_EQ(imagegen_image_pixels(nullptr, &pixels, nullptr), IMAGEGEN_INVALID_ARGUMENT);
  EXPECT_EQ(pixels.struct_size, sizeof pixels);
  EXPECT_TRUE(pixels.width_px == 0 && pixels.height_px == 0 && pixels.channels == 0);
  EXPECT_TRUE(pixels.stride_bytes == 0 && pixels.data == nullptr);
}

TEST_F(CImages, PixelsThatCannotBeAreRefused) {
  const std::uint8_t data[64] = {};
  struct Wrong {
    std::uint32_t width, height, channels;
    std::size_t stride;
    const char* says;
  };
  for (const auto& wrong :
       {Wrong{0, 1, 3, 3, "expected sides of 1..65535 px, got 0x1"},
        Wrong{1, 65'536, 1, 1, "expected sides of 1..65535 px, got 1x65536"},
        Wrong{1, 1, 2, 2, "pixels.channels: expected 1, 3 or 4, got 2"}, Wrong{1, 1, 5, 5, "pixels.channels"},
        Wrong{4, 2, 3, 11, "pixels.stride_bytes: expected at least 12 and at most 1 GiB in all, got 11"}}) {
    imagegen_pixels pixels = IMAGEGEN_PIXELS_INIT;
    pixels.width_px = wrong.width;
    pixels.height_px = wrong.height;
    pixels.channels = wrong.channels;
    pixels.stride_bytes = wrong.stride;
    pixels.data = data;
    imagegen_image* image = nullptr;
    Failure failure;
    EXPECT_EQ(imagegen_image_create(&pixels, &image, failure), IMAGEGEN_INVALID_ARGUMENT);
    EXPECT_THAT(failure.message(), HasSubstr(wrong.says));
  }
}

TEST_F(CImages, LimitsAreCheckedBeforeAnythingIsDecoded) {
  const auto file = file_of(picture(20, 10));
  imagegen_limits limits = IMAGEGEN_LIMITS_INIT;
  limits.max_pixels = 199;
  decode(file, &limits, IMAGEGEN_LIMIT_EXCEEDED, "20x10");
  limits = IMAGEGEN_LIMITS_INIT;
  limits.max_side_px = 19;
  decode(file, &limits, IMAGEGEN_LIMIT_EXCEEDED, "19");
  limits = IMAGEGEN_LIMITS_INIT;
  limits.max_bytes = 10;
  decode(file, &limits, IMAGEGEN_LIMIT_EXCEEDED, "10");
  limits = IMAGEGEN_LIMITS_INIT;
  limits.max_decoded_bytes = 20 * 10 * 3 - 1;
  decode(file, &limits, IMAGEGEN_LIMIT_EXCEEDED, "max_decoded_bytes");
  limits.max_decoded_bytes = UINT64_MAX;
  decode(file, &limits, IMAGEGEN_INVALID_ARGUMENT, "limits: expected");
  limits = IMAGEGEN_LIMITS_INIT;
  limits.max_pixels = UINT64_MAX;
  decode(file, &limits, IMAGEGEN_INVALID_ARGUMENT, "limits: expected");
}

TEST_F(CImages, WhatIsNoPictureIsNamed) {
  decode("", nullptr, IMAGEGEN_CORRUPT_DATA, "got no bytes");
  decode("%PDF-1.7........", nullptr, IMAGEGEN_UNSUPPORTED, "got pdf");
  const auto file = file_of(picture(20, 10));
  decode(file.substr(0, file.size() / 2), nullptr, IMAGEGEN_CORRUPT_DATA);
}

TEST_F(CImages, EncodingsThatCannotBeAreRefused) {
  const auto image = picture(4, 4);
  struct Wrong {
    imagegen_format format;
    std::int32_t quality, effort;
  };
  for (const auto& [format, quality, effort] :
       {Wrong{4, 90, 4}, Wrong{-1, 90, 4}, Wrong{IMAGEGEN_WEBP, 101, 4}, Wrong{IMAGEGEN_WEBP, -2, 4},
        Wrong{IMAGEGEN_JPEG, INT32_MIN, 4}, Wrong{IMAGEGEN_WEBP, 90, 7}, Wrong{IMAGEGEN_WEBP, 90, -1}}) {
    imagegen_encoding encoding = IMAGEGEN_ENCODING_INIT;
    encoding.format = format;
    encoding.quality = quality;
    encoding.effort = effort;
    imagegen_bytes* file = nullptr;
    Failure failure;
    EXPECT_EQ(imagegen_image_encode(image.get(), &encoding, &file, failure), IMAGEGEN_INVALID_ARGUMENT)
        << format << " " << quality << " " << effort;
    EXPECT_THAT(failure.message(), HasSubstr("expected"));
    imagegen_bytes_release(file);
  }
}

// The macro of older headers says 90, which stays what it was.
TEST_F(CImages, QualityIsThatOfTheFormatWhereNoneIsSaid) {
  const auto image = picture(40, 30);
  const auto size_with = [&](imagegen_format format, std::int32_t quality) {
    imagegen_encoding encoding = IMAGEGEN_ENCODING_INIT;
    encoding.format = format, encoding.quality = quality;
    imagegen_bytes* file = nullptr;
    imagegen_image_encode(image.get(), &encoding, &file, nullptr);
    const auto size = file ? imagegen_bytes_size(file) : 0;  // 0: this build cannot write it
    imagegen_bytes_release(file);
    return size;
  };
  const imagegen_encoding plain = IMAGEGEN_ENCODING_INIT;
  EXPECT_EQ(plain.quality, IMAGEGEN_QUALITY_OF_FORMAT);
  EXPECT_EQ(size_with(IMAGEGEN_JPEG, IMAGEGEN_QUALITY_OF_FORMAT), size_with(IMAGEGEN_JPEG, 90));
  EXPECT_GT(size_with(IMAGEGEN_JPEG, 90), 0U);
  EXPECT_EQ(size_with(IMAGEGEN_AVIF, IMAGEGEN_QUALITY_OF_FORMAT), size_with(IMAGEGEN_AVIF, 78));
  EXPECT_LE(size_with(IMAGEGEN_AVIF, 78), size_with(IMAGEGEN_AVIF, 90));
}

TEST_F(CImages, RenderingGivesTheFilesOfTheOperation) {
  const auto runtime = open();
  const auto file = file_of(picture(200, 120));
  imagegen_encoding jpeg = IMAGEGEN_ENCODING_INIT;
  jpeg.format = IMAGEGEN_JPEG;
  jpeg.quality = 70;
  std::array<imagegen_rendition, 3> wanted;
  for (auto& one : wanted) one = IMAGEGEN_RENDITION_INIT;
  wanted[0].width_px = 100, wanted[0].height_px = 100;
  wanted[1].width_px = 64, wanted[1].height_px = 20, wanted[1].position = "attention", wanted[1].encoding = &jpeg;
  wanted[2].width_px = wanted[2].height_px = 300, wanted[2].fit = IMAGEGEN_INSIDE, wanted[2].no_upscale = 1;
  std::array<imagegen_bytes*, 3> made{};
  Failure failure;
  ASSERT_EQ(imagegen_render(runtime.get(), file.data(), file.size(), nullptr, wanted.data(), wanted.size(), made.data(),
                            failure),
            IMAGEGEN_OK)
      << failure.message();
  std::vector<std::string> by_render, by_operation;
  for (auto* one : made) by_render.push_back(content(Buffer(one)));
  const auto result = result_of(runtime, "images.render",
                                R"({"renditions": [{"width": 100, "height": 100},
      {"width": 64, "height": 20, "position": "attention", "format": "jpeg", "quality": 70},
      {"width": 300, "height": 300, "fit": "inside", "upscale": false}]})",
                                {view_of(file)}, &by_operation);
  EXPECT_EQ(by_render, by_operation);
  EXPECT_EQ(result.at("renditions").at(2).at("width").as_int64(), 200);
}

TEST_F(CImages, ARenditionThatFailsIsNamedAndLeavesNothing) {
  const auto runtime = open();
  const auto file = file_of(picture(20, 10));
  std::array<imagegen_rendition, 2> wanted;
  for (auto& one : wanted) one = IMAGEGEN_RENDITION_INIT, one.width_px = one.height_px = 4;
  std::array<imagegen_bytes*, 2> made{};
  made.fill(reinterpret_cast<imagegen_bytes*>(1));
  boost::json::value faults;
  const auto expect = [&](imagegen_status status, const char* says) {
    Failure failure;
    EXPECT_EQ(imagegen_render(runtime.get(), file.data(), file.size(), nullptr, wanted.data(), wanted.size(),
                              made.data(), failure),
              status);
    EXPECT_THAT(failure.message(), HasSubstr(says));
    EXPECT_THAT(made, testing::Each(nullptr));
    const auto json = failure.json();
    faults = json.contains("faults") ? json.at("faults") : nullptr;
  };
  wanted[1].fit = 5;
  expect(IMAGEGEN_INVALID_ARGUMENT, "renditions[1].fit: expected 0..4, got 5");
  wanted[1].fit = IMAGEGEN_COVER;
  wanted[1].width_px = 70'000;
  expect(IMAGEGEN_INVALID_ARGUMENT, "renditions[1].width");
  EXPECT_EQ(faults.at(0).at("path").as_string(), "renditions[1].width");
  wanted[1].width_px = 60'000;
  expect(IMAGEGEN_LIMIT_EXCEEDED, "renditions[1]");
  wanted[1].width_px = 4;
  wanted[1].position = "left of the tree";
  expect(IMAGEGEN_INVALID_ARGUMENT, "renditions[1].position");
  wanted[1].position = nullptr;
  wanted[1].no_upscale = 3;
  expect(IMAGEGEN_INVALID_ARGUMENT, "renditions[1].no_upscale: expected 0 or 1, got 3");
}

}  // namespace
}  // namespace imagegen::test
