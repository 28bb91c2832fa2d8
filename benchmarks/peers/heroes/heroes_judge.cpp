// Compares the files of both sides with each other and with a reference, and prints a JSON row for each.
//   heroes_judge OUR_DIR PEER_DIR MASTER.png...
#include <imagegen/core/cover_crop.hpp>
#include <imagegen/image/decode.hpp>

#include <cmath>
#include <iostream>
#include <numbers>
#include <span>

#include "heroes_work.hpp"

namespace {

using imagegen::Bitmap;
using imagegen::PixelSize;

double sinc(double x) {
  return x == 0.0 ? 1.0 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}
double lanczos3(double x) {
  return std::abs(x) < 3.0 ? sinc(x) * sinc(x / 3.0) : 0.0;
}

struct Line {
  const double* first;
  std::size_t step;  // from sample to sample
  int count;
};

// The part of a line that is kept; fractions of pixels count.
struct Window {
  double begin, length;
};

void resample(Line line, Window window, double* out, std::size_t out_step, int size) {
  const double scale = window.length / size;
  const double stretch = std::max(scale, 1.0);
  for (int i = 0; i < size; ++i) {
    const double centre = window.begin + (i + 0.5) * scale - 0.5;
    double total = 0.0, sum = 0.0;
    for (int k = static_cast<int>(std::ceil(centre - 3 * stretch)); k <= centre + 3 * stretch; ++k) {
      const double weight = lanczos3((k - centre) / stretch);
      total += weight;
      sum += weight * line.first[static_cast<std::size_t>(std::clamp(k, 0, line.count - 1)) * line.step];
    }
    out[static_cast<std::size_t>(i) * out_step] = sum / total;
  }
}

// We cut at whole pixels; sharp resizes first and cuts then, which comes to fractions. Neither is more right, so each
// side is measured against a reference of its own window.
struct Windows {
  Window across, down;
};

Windows our_windows(PixelSize master, PixelSize size) {
  const auto crop = imagegen::cover_crop(master, {}, size);
  return {{static_cast<double>(crop.x), static_cast<double>(crop.width)},
          {static_cast<double>(crop.y), static_cast<double>(crop.height)}};
}

Windows peer_windows(PixelSize master, PixelSize size) {
  const double scale =
      std::min(static_cast<double>(master.width) / size.width, static_cast<double>(master.height) / size.height);
  const auto middle = [&](int side, int wanted) { return Window{(side - wanted * scale) / 2, wanted * scale}; };
  return {middle(master.width, size.width), middle(master.height, size.height)};
}

// Lanczos3 in double precision, three interleaved channels, nothing rounded before the end.
std::vector<double> reference(const Bitmap& master, PixelSize size, const Windows& windows) {
  const auto width = static_cast<std::size_t>(master.size.width);
  const auto out_width = static_cast<std::size_t>(size.width);
  const std::vector<double> source(master.pixels.begin(), master.pixels.end());
  std::vector<double> rows(out_width * static_cast<std::size_t>(master.size.height) * 3);
  for (std::size_t y = 0; y < static_cast<std::size_t>(master.size.height); ++y) {
    for (std::size_t c = 0; c < 3; ++c) {
      resample({&source[y * width * 3 + c], 3, master.size.width}, windows.across, &rows[y * out_width * 3 + c], 3,
               size.width);
    }
  }
  std::vector<double> out(out_width * static_cast<std::size_t>(size.height) * 3);
  for (std::size_t x = 0; x < out_width * 3; ++x) {
    resample({&rows[x], out_width * 3, master.size.height}, windows.down, &out[x], out_width * 3, size.height);
  }
  for (double& value : out) value = std::clamp(value, 0.0, 255.0);
  return out;
}

double psnr(std::span<const double> a, const Bitmap& b) {
  double squares = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) squares += (a[i] - b.pixels[i]) * (a[i] - b.pixels[i]);
  return 10.0 * std::log10(255.0 * 255.0 * static_cast<double>(a.size()) / std::max(squares, 1e-9));
}

Bitmap decoded(const imagegen::Bytes& file, PixelSize size, const std::string& name) {
  auto picture = imagegen::decode_image(file).value();
  if (picture.size != size || picture.channels != 3) throw std::runtime_error(name + " is " + to_string(picture.size));
  return picture;
}

void judge(const std::string& master_path, PixelSize size, const std::string& ours_dir, const std::string& peer_dir) {
  const auto master = imagegen::decode_image(heroes::read_file(master_path)).value();
  if (master.channels != 3) throw std::runtime_error("a master without alpha is expected");
  const auto name = heroes::output_name(master_path, size);
  const auto our_file = heroes::read_file(std::filesystem::path(ours_dir) / name);
  const auto peer_file = heroes::read_file(std::filesystem::path(peer_dir) / name);
  const auto ours = decoded(our_file, size, "our " + name);
  const auto peer = decoded(peer_file, size, "the peer's " + name);
  const auto our_reference = reference(master, size, our_windows(master.size, size));
  const auto peer_reference = reference(master, size, peer_windows(master.size, size));
  const std::vector<double> our_values(ours.pixels.begin(), ours.pixels.end());
  std::cout << R"({"name":")" << name << R"(","our_bytes":)" << our_file.size() << R"(,"peer_bytes":)"
            << peer_file.size() << R"(,"our_psnr":)" << psnr(our_reference, ours) << R"(,"peer_psnr":)"
            << psnr(peer_reference, peer) << R"(,"between_psnr":)" << psnr(our_values, peer) << "}\n";
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 4) throw std::runtime_error("usage: heroes_judge OUR_DIR PEER_DIR MASTER.png...");
  for (int i = 3; i < argc; ++i) {
    for (const auto& spec : heroes::outputs()) judge(argv[i], spec.size, argv[1], argv[2]);
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << "heroes_judge: " << error.what() << "\n";
  return 1;
}
