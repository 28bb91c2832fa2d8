// The same composites and canvases by libvips' command, on whose operations sharp's composite() and extend() are built.
// It is part of the test list of scripts/install-dependencies.sh.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/outpaint.hpp>
#include <imagegen/image/resize.hpp>

#include "image/support/pictures.hpp"
#include "image/support/with_tools.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

constexpr double kAlikeToPeersDb = 40.0;

class MaskPeers : public test::WithTools {
 protected:
  void SetUp() override { needs("vips", "libvips-tools"); }

  void vips(const std::string& arguments) const {
    const auto output = test::run_tool("cd '" + path(".") + "' && vips " + arguments);
    ASSERT_EQ(output.status, 0) << arguments << "\n" << output.text;
  }

  Bitmap made(const std::string& name) const { return decode_image(load(name)).value(); }
};

Bitmap without_alpha(const Bitmap& picture) {
  if (picture.channels == 3) return picture;
  Bitmap out{picture.size, 3, {}};
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
    if (i % 4 < 3) out.pixels.push_back(picture.pixels[i]);
  }
  return out;
}

Mask soft_mask(PixelSize size) {
  Mask mask{size, Bytes(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height))};
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    const auto x = i % static_cast<std::size_t>(size.width), y = i / static_cast<std::size_t>(size.width);
    mask.values[i] = x > 50 && x < 160 && y > 40 && y < 120 ? 255 : 0;
  }
  return feather_mask(mask, 12, FeatherSide::both).value();
}

TEST_F(MaskPeers, PutOnePictureOverTheOtherAlike) {
  const auto base = test::photo_like({211, 157}, 3);
  const auto edited = blur(test::solid(base.size, 3, {200, 40, 90}), 1.0F).value();
  const Mask mask = soft_mask(base.size);
  save("base.png", encode_png(base).value());
  save("edited.png", encode_png(edited).value());
  save("mask.png", write_mask(mask, MaskPolarity::white_is_edit).value());
  vips("bandjoin 'edited.png mask.png' overlay.v");
  vips("composite2 base.png overlay.v out.png over");
  const auto ours = composite(base, edited, mask).value();
  EXPECT_GT(test::psnr(ours, without_alpha(made("out.png"))), kAlikeToPeersDb);
}

struct ExtendedAlike {
  MarginFill fill;
  const char* extend;
};

class MaskPeersExtend : public MaskPeers, public testing::WithParamInterface<ExtendedAlike> {};

TEST_P(MaskPeersExtend, GoOnWithAPictureAlike) {
  const auto photo = test::photo_like({91, 67}, 3);
  save("photo.png", encode_png(photo).value());
  vips("embed photo.png out.png 40 70 250 140 --extend " + std::string(GetParam().extend));
  OutpaintSpec spec;
  spec.margins = {40, 70, 119, 3}, spec.fill = GetParam().fill, spec.background = {10, 200, 30, 255};
  EXPECT_EQ(outpaint_input(photo, spec).value().picture.pixels, made("out.png").pixels);
}

INSTANTIATE_TEST_SUITE_P(Fills, MaskPeersExtend,
                         testing::Values(ExtendedAlike{MarginFill::copy, "copy"},
                                         ExtendedAlike{MarginFill::mirror, "mirror"},
                                         ExtendedAlike{MarginFill::repeat, "repeat"},
                                         ExtendedAlike{MarginFill::background, "background --background '10 200 30'"}),
                         [](const auto& tested) { return std::string(to_string(tested.param.fill)); });

}  // namespace
}  // namespace imagegen
