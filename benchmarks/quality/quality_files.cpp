// What a quality is worth: the bytes of a file, and how like it is to the picture that was encoded.
//   quality_files pictures DIR PHOTO...       cuts the photographs, without loss: DIR/NAME.WIDTHxHEIGHT.png
//   quality_files palettes DIR COLOURS...     likewise as PNG of so many colours, and of NAME.COLOURS.quant
//   quality_files measure DIR QUALITY...      a line "NAME<tab>what<tab>quality<tab>bytes<tab>SSIM<tab>PSNR" for each of those as WebP 90, as
//                                             AVIF of each quality, and of NAME.avif where another program has put one
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/renditions.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "peers/similarity.hpp"

namespace {

namespace fs = std::filesystem;
using imagegen::Bitmap;
using imagegen::Bytes;
using imagegen::Encoding;
using imagegen::ImageFormat;
using imagegen::PixelSize;

constexpr PixelSize kBoxes[] = {{1920, 800}, {800, 1000}};

Bytes read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// What is smaller than a box is cut to its shape and not enlarged, for what is enlarged has no detail to lose.
void cut(const fs::path& photo, const fs::path& folder) {
  const Bitmap master = imagegen::decode_image(read_file(photo)).value();
  for (const PixelSize box : kBoxes) {
    imagegen::RenditionSpec spec{box, {}, {ImageFormat::png}};
    spec.allow_upscale = false;
    const auto made = imagegen::render(master, spec).value();
    const auto name = photo.stem().string() + "." + std::to_string(box.width) + "x" + std::to_string(box.height) + ".png";
    std::ofstream(folder / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(made.image.bytes.data()), std::ssize(made.image.bytes));
  }
}

peers::Picture samples_of(const Bitmap& picture) {
  peers::Picture out{{picture.size.width, picture.size.height}, {}};
  const auto step = static_cast<std::size_t>(picture.channels);
  for (std::size_t i = 0; i < picture.pixels.size(); i += step)
    for (std::size_t c = 0; c < 3; ++c) out.samples.push_back(picture.pixels[i + (step < 3 ? 0 : c)]);
  return out;
}

class Judge {
 public:
  explicit Judge(const fs::path& path)
      : name_(path.stem().string()), picture_(imagegen::decode_image(read_file(path)).value()), samples_(samples_of(picture_)) {}

  void encode(const char* what, ImageFormat format, int quality) const {
    look_at(what, quality, imagegen::encode_image(picture_, Encoding{format, quality}).value());
  }

  void encode_colours(int colours) const {
    Encoding encoding{ImageFormat::png};
    encoding.colours = colours;
    look_at("palette", colours, imagegen::encode_image(picture_, encoding).value());
  }

  void look_at(const char* what, int quality, const Bytes& file) const {
    const auto made = samples_of(imagegen::decode_image(file).value());
    std::cout << name_ << '\t' << what << '\t' << quality << '\t' << file.size() << '\t' << peers::ssim(samples_, made) << '\t'
              << peers::psnr(samples_, made) << std::endl;
  }

 private:
  std::string name_;
  Bitmap picture_;
  peers::Picture samples_;
};

std::vector<fs::path> pictures_in(const fs::path& folder) {
  std::vector<fs::path> pictures;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".png") pictures.push_back(entry.path());
  std::sort(pictures.begin(), pictures.end());
  return pictures;
}

void measure_palettes(const fs::path& folder, const std::vector<int>& counts) {
  for (const fs::path& path : pictures_in(folder)) {
    const Judge judge(path);
    for (const int colours : counts) {
      judge.encode_colours(colours);
      const auto other = fs::path(path).replace_extension("." + std::to_string(colours) + ".quant");
      if (fs::exists(other)) judge.look_at("sharp", colours, read_file(other));
    }
  }
}

void measure(const fs::path& folder, const std::vector<int>& qualities) {
  for (const fs::path& path : pictures_in(folder)) {
    const Judge judge(path);
    judge.encode("webp", ImageFormat::webp, 90);
    for (const int quality : qualities) judge.encode("avif", ImageFormat::avif, quality);
    const auto other = fs::path(path).replace_extension(".avif");
    if (fs::exists(other)) judge.look_at("sharp", 50, read_file(other));
  }
}

}  // namespace

int main(int count, char** arguments) try {
  const std::vector<std::string> words(arguments + std::min(count, 1), arguments + count);
  if (words.size() < 3) throw std::runtime_error("usage: quality_files pictures|measure|palettes DIR PHOTO...|QUALITY...|COLOURS...");
  std::vector<int> qualities;
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[0] == "pictures")
      cut(words[i], words[1]);
    else
      qualities.push_back(std::stoi(words[i]));
  }
  std::cout.precision(8);
  if (words[0] == "measure") measure(words[1], qualities);
  if (words[0] == "palettes") measure_palettes(words[1], qualities);
  return 0;
} catch (const std::exception& failed) {
  std::cerr << "quality_files: " << failed.what() << "\n";
  return 1;
}
