// Edits a part of a picture by mask, and goes on with it beyond its edges: 07_masks IN OUT_FOLDER
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/outpaint.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

using namespace imagegen;

// The right half of a picture, as a user may draw it: white on black.
Bytes drawn_mask(PixelSize size) {
  Mask mask{size, {}};
  for (int i = 0; i < size.width * size.height; ++i) mask.values.push_back(i % size.width < size.width / 2 ? 0 : 255);
  return write_mask(mask, MaskPolarity::white_is_edit).value();
}

// In place of a provider: it repaints more than it was asked to.
Bitmap repainted(const Bitmap& picture) {
  Bitmap edited = picture;
  for (auto& sample : edited.pixels) sample = static_cast<std::uint8_t>(255 - sample);
  return edited;
}

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "usage: 07_masks IN OUT_FOLDER\n", 2;
  const auto save = [&](const std::string& name, const Bytes& file) {
    std::ofstream(std::string(argv[2]) + "/" + name, std::ios::binary)
        .write(reinterpret_cast<const char*>(file.data()), std::ssize(file));
    std::cout << name << ", " << file.size() << " bytes\n";
  };
  std::ifstream stream(argv[1], std::ios::binary);
  const Bytes file{std::istreambuf_iterator<char>(stream), {}};
  const Bitmap base = decode_image(file).value();

  const auto drawn = read_mask(drawn_mask(base.size));
  if (!drawn) return std::cerr << drawn.error() << "\n", 1;  // such as one that edits nothing
  MaskShape wider, softer;
  wider.grow_px = 8, softer.feather_px = 4;
  const Mask asked = shape_mask(*drawn, wider).value();  // the model may repaint the rim
  save("mask.png", write_mask(asked, MaskPolarity::transparent_is_edit).value());
  const Bitmap edited = repainted(base);  // what the model makes of picture and mask
  save("result.png", encode_png(composite(base, edited, shape_mask(asked, softer).value()).value()).value());

  OutpaintSpec spec;
  spec.margins = margins_to_shape(base.size, {2, 1}).value();
  spec.fill = MarginFill::mirror, spec.overlap_px = 16, spec.feather_px = 8;
  const OutpaintInput wide = outpaint_input(base, spec).value();
  save("canvas.png", encode_png(wide.picture).value());
  save("canvas-mask.png", write_mask(wide.mask, MaskPolarity::white_is_edit).value());
  return 0;
}
