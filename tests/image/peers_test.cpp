// The same crops, turns and resizes by libvips' command, which shares no code with ours. It is part of the test list of
// scripts/install-dependencies.sh. Only what shrinks: libvips puts what it enlarges half a pixel elsewhere.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/renditions.hpp>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

constexpr double kAlikeDb = 40.0;  // a crop that is one pixel off has less than 35 dB

Bytes read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class Vips : public testing::Test {
 protected:
  Vips() : folder_(std::filesystem::temp_directory_path() / ("imagegen-vips-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~Vips() override { std::filesystem::remove_all(folder_); }

  void SetUp() override {
    ASSERT_EQ(std::system("vips --version >/dev/null 2>&1"), 0)
        << "expected the vips command; on Debian: apt-get install libvips-tools";
  }

  void save(const std::string& name, const Bytes& file) const {
    std::ofstream(folder_ / name, std::ios::binary).write(reinterpret_cast<const char*>(file.data()), std::ssize(file));
  }

  Bytes load(const std::string& name) const { return read_file(folder_ / name); }

  void vips(const std::string& arguments) const {
    const std::string command = "cd '" + folder_.string() + "' && vips " + arguments;
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }

  // `crop` of the upright picture in the file `name`, resized by libvips.
  Bitmap resized_by_vips(const std::string& name, PixelRect crop, PixelSize size) const {
    const auto text = [](auto... numbers) { return ((" " + std::to_string(numbers)) + ...); };
    vips("autorot " + name + " upright.v");
    vips("extract_area upright.v part.v" + text(crop.x, crop.y, crop.width, crop.height));
    // Stripped, because libvips keeps the orientation it has obeyed in the EXIF block.
    vips("resize part.v 'out.png[strip]'" + text(static_cast<double>(size.width) / crop.width) + " --vscale" +
         text(static_cast<double>(size.height) / crop.height) + " --kernel lanczos3 --gap 0");
    return decode_image(read_file(folder_ / "out.png")).value();
  }

  void expect_alike(const std::string& name, const Bitmap& master, const RenditionSpec& spec) const {
    const auto ours = render(master, spec).value();
    ASSERT_LT(ours.image.size.width, ours.crop.width);
    const auto theirs = resized_by_vips(name, ours.crop, spec.size);
    EXPECT_GT(test::psnr(decode_image(ours.image.bytes).value(), theirs), kAlikeDb);
  }

 private:
  std::filesystem::path folder_;
};

Bitmap on_white(const Bitmap& picture) {
  auto flat = test::solid(picture.size, 3, {255, 255, 255, 255});
  for (int y = 0; y < picture.size.height; ++y) {
    for (int x = 0; x < picture.size.width; ++x) {
      auto pixel = test::pixel_at(picture, x, y);
      for (std::size_t c = 0; c < 3; ++c)
        pixel[c] = static_cast<std::uint8_t>((pixel[c] * pixel[3] + 255 * (255 - pixel[3])) / 255);
      test::paint(flat, {x, y, 1, 1}, pixel);
    }
  }
  return flat;
}

RenditionSpec to_png(PixelSize size) {
  RenditionSpec spec;
  spec.size = size;
  spec.encoding.format = ImageFormat::png;
  return spec;
}

class VipsPosition : public Vips, public testing::WithParamInterface<const char*> {};

TEST_P(VipsPosition, CoversWideAndTallBoxesAlike) {
  const auto master = test::photo_like({331, 223}, 3);
  save("master.png", encode_png(master).value());
  for (const PixelSize box : {PixelSize{150, 50}, PixelSize{77, 131}}) {
    auto spec = to_png(box);
    spec.position = parse_crop_position(GetParam()).value();
    expect_alike("master.png", master, spec);
  }
}

INSTANTIATE_TEST_SUITE_P(All, VipsPosition,
                         testing::Values("centre", "north", "north-east", "east", "south-east", "south", "south-west",
                                         "west", "north-west", "0.3,0.8"));

TEST_F(Vips, FillsABoxOfAnotherShapeAlike) {
  const auto master = test::photo_like({331, 223}, 3);
  save("master.png", encode_png(master).value());
  auto spec = to_png({90, 200});
  spec.fit = Fit::fill;
  expect_alike("master.png", master, spec);
}

struct Judged {
  double alike;  // dB
  std::size_t bytes;
};

// libvips chooses with libimagequant, as sharp does; the number of its colours is a power of two.
class VipsPalette : public Vips, public testing::WithParamInterface<std::tuple<int, int>> {};

TEST_P(VipsPalette, HasNoMoreLikeColours) {
  const auto [bits, channels] = GetParam();
  const auto photo = test::photo_like({400, 300}, channels);
  save("in.png", encode_png(photo).value());
  vips("pngsave in.png out.png --palette --dither 1 --Q 100 --bitdepth " + std::to_string(bits));
  Encoding encoding{ImageFormat::png};
  encoding.colours = 1 << bits;
  const auto judged = [&photo](const Bytes& file) {
    return Judged{test::psnr(on_white(decode_image(file).value()), on_white(photo)), file.size()};
  };
  const auto ours = judged(encode_image(photo, encoding).value()), theirs = judged(load("out.png"));
  std::cout << encoding.colours << " colours, " << channels << " channels: " << ours.alike << " dB in " << ours.bytes
            << " bytes, libvips " << theirs.alike << " dB in " << theirs.bytes << "\n";
  EXPECT_GT(ours.alike, theirs.alike - 0.5);
  EXPECT_LT(static_cast<double>(ours.bytes), static_cast<double>(theirs.bytes) * 1.15);
}

INSTANTIATE_TEST_SUITE_P(All, VipsPalette, testing::Combine(testing::Values(8, 4), testing::Values(3, 4)));

class VipsOrientation : public Vips, public testing::WithParamInterface<int> {};

TEST_P(VipsOrientation, TurnsAndCropsAlike) {
  const auto stored = test::photo_like({320, 208}, 3);
  test::JpegSpec jpeg{stored.size, test::JpegSpec::Kind::ycbcr, stored.pixels, 95};
  jpeg.exif = test::exif_with_orientation(GetParam(), false);
  const Bytes file = build_jpeg(jpeg);
  save("master.jpg", file);
  auto spec = to_png({100, 90});
  spec.position = parse_crop_position("0.2,0.9").value();
  expect_alike("master.jpg", decode_image(file).value(), spec);
}

INSTANTIATE_TEST_SUITE_P(All, VipsOrientation, testing::Range(1, 9));

// What sharp calls for the same steps.
class VipsStep : public Vips {
 protected:
  void SetUp() override {
    Vips::SetUp();
    save("in.png", encode_png(photo_).value());
    spec_.encoding.format = ImageFormat::png;
  }
  Bitmap made_by_vips(const std::string& arguments) const {
    vips(arguments);
    return decode_image(load("out.png")).value();
  }
  Bitmap made_here() const { return decode_image(render(photo_, spec_).value().image.bytes).value(); }

  const Bitmap photo_ = test::photo_like({300, 200}, 3);
  RenditionSpec spec_;
};

TEST_F(VipsStep, MirrorsAndTurnsToTheSamePixels) {
  vips("flip in.png flipped.png vertical");
  spec_.flip = true, spec_.rotate = 90;
  EXPECT_EQ(made_here().pixels, made_by_vips("rot flipped.png out.png d90").pixels);
  spec_ = RenditionSpec{{}, {}, {ImageFormat::png}};
  spec_.flop = true;
  EXPECT_EQ(made_here().pixels, made_by_vips("flip in.png out.png horizontal").pixels);
}

TEST_F(VipsStep, ExtractsTheSamePixels) {
  spec_.extract = PixelRect{30, 20, 101, 55};
  EXPECT_EQ(made_here().pixels, made_by_vips("extract_area in.png out.png 30 20 101 55").pixels);
}

TEST_F(VipsStep, FindsTheSameBorder) {
  auto bordered = test::solid({220, 160}, 3, {236, 233, 230});
  const Bitmap part = test::photo_like({120, 70}, 3);
  for (int y = 0; y < 70; ++y) std::copy_n(part.row(y), part.stride_bytes(), bordered.row(y + 41) + 3 * 63);
  for (int i = 0; i < 40; ++i) test::paint(bordered, {5 * i, (37 * i) % 160, 1, 1}, {100, 120, 90});  // noise
  save("bordered.png", encode_png(bordered).value());
  vips("find_trim bordered.png --threshold 10 --background '236 233 230' > box.txt");
  const Bytes text = load("box.txt");
  std::istringstream in(std::string(text.begin(), text.end()));
  PixelRect theirs;
  in >> theirs.x >> theirs.y >> theirs.width >> theirs.height;
  spec_.trim = Trim{10, Colour{236, 233, 230, 255}};
  EXPECT_EQ(render(bordered, spec_)->crop, theirs);
}

TEST_F(VipsStep, SharpensAlike) {
  for (const auto& [sharpen, arguments] : {std::pair{Sharpen{}, "--sigma 1 --m1 1 --m2 2"},
                                           std::pair{Sharpen{2.0F, 0.5F, 1.5F}, "--sigma 2 --m1 0.5 --m2 1.5"}}) {
    spec_.sharpen = sharpen;
    const auto theirs = made_by_vips(std::string("sharpen in.png out.png ") + arguments);
    EXPECT_GT(test::psnr(made_here(), theirs), kAlikeDb) << arguments;
    EXPECT_LT(test::psnr(theirs, photo_), kAlikeDb) << "it does something";
  }
}

TEST_F(VipsStep, LaysOverAlike) {
  Overlay overlay;
  overlay.picture = std::make_shared<Bitmap>(test::photo_like({80, 60}, 4));
  overlay.margin = 12;
  save("over.png", encode_png(*overlay.picture).value());
  spec_.overlays = {overlay};
  const auto theirs = made_by_vips("composite2 in.png over.png out.png over --x " + std::to_string(300 - 80 - 12) +
                                   " --y " + std::to_string(200 - 60 - 12));
  EXPECT_GT(test::psnr(made_here(), on_white(theirs)), kAlikeDb);
}

}  // namespace
}  // namespace imagegen
