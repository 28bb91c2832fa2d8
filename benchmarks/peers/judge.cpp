// Judges files by the definition of what they should be, and prints a row of JSON for each.
//   peers_judge WORK_LIST SIDE...    SIDE is NAME:DIR:CROP_RULE, see reference.hpp
// A side is measured against a reference of its own window: neither side's crop is more right. Pictures with
// transparency are judged on white and on black, and the worse counts.
#include <cmath>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "peers/reference.hpp"
#include "peers/similarity.hpp"

namespace {

using peers::Decoded;
using peers::Output;

struct Side {
  std::string name;
  std::filesystem::path folder;
  peers::CropRule rule;
};

Side parse_side(const std::string& text) {
  std::istringstream in(text);
  std::string name, folder, rule;
  std::getline(in, name, ':');
  std::getline(in, folder, ':');
  std::getline(in, rule, ':');
  const auto parsed_rule = peers::parse_crop_rule(rule);
  if (!parsed_rule) throw std::runtime_error("not a side: " + text);
  return {name, folder, *parsed_rule};
}

struct Verdict {
  double psnr = 100.0;  // what equal pictures get here, for JSON has no infinity
  double ssim = 1.0;
};

Verdict judge(const Decoded& master, const Decoded& made, const Side& side) {
  Verdict worst;
  for (const double background : {255.0, 0.0}) {
    const auto expected = peers::reference(on_background(master, background), made.size, side.rule);
    const auto found = on_background(made, background);
    worst.psnr = std::min(worst.psnr, peers::psnr(expected, found));
    worst.ssim = std::min(worst.ssim, peers::ssim(expected, found));
    if (master.channels == 3) break;  // the background is nowhere seen
  }
  return worst;
}

void judge_file(const Decoded& master, const Output& output, const Side& side) {
  const auto file = peers::read_file(side.folder / output.name);
  const auto made = peers::decode_file(file);
  const bool as_asked = made.size.width == output.size.width && made.size.height == output.size.height;
  if (!as_asked || made.channels != master.channels) {
    throw std::runtime_error(side.name + ": " + output.name + " has another size or other channels than asked for");
  }
  const auto [psnr, ssim] = judge(master, made, side);
  std::cout << R"({"side":")" << side.name << R"(","file":")" << output.name << R"(","bytes":)" << file.size()
            << R"(,"psnr":)" << psnr << R"(,"ssim":)" << ssim << "}\n";
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 3) throw std::runtime_error("usage: peers_judge WORK_LIST NAME:DIR:CROP_RULE...");
  for (const auto& shot : peers::read_shots(argv[1])) {
    const auto master = peers::decode_file(shot.file);
    for (const auto& output : shot.outputs) {
      for (int i = 2; i < argc; ++i) judge_file(master, output, parse_side(argv[i]));
    }
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << "peers_judge: " << error.what() << "\n";
  return 1;
}
