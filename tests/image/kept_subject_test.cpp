// How much of the subject of labelled photographs is in the crops of every strategy. tests/support/get-photographs.sh
// gets them; IMAGEGEN_TEST_PHOTOS says where else they lie. benchmarks/subjects/run.sh prints sharp's strategies
// beside.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/renditions.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <sstream>

namespace imagegen {
namespace {

struct Labelled {
  std::string name;
  Bitmap picture;
  PixelRect subject;
};

constexpr PixelSize kShapes[] = {{16, 9}, {12, 5}, {1, 1}, {4, 5}, {9, 16}, {3, 1}};
constexpr int kLongest = 1200;  // px; they are looked at in fewer

std::filesystem::path photos() {
  if (const char* folder = std::getenv("IMAGEGEN_TEST_PHOTOS")) return folder;
  const char* cache = std::getenv("IMAGEGEN_CACHE");
  const char* home = std::getenv("HOME");
  return (cache ? std::filesystem::path(cache) : std::filesystem::path(home ? home : "") / ".cache/imagegen") /
         "photographs";
}

bool has_photographs() {
  return std::filesystem::exists(photos() / "astronaut.png") && std::filesystem::exists(photos() / "LadyBird.jpg");
}

Bitmap photo(const std::string& name) {
  std::ifstream in(photos() / name, std::ios::binary);
  const Bytes file{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const auto picture = decode_image(file).value();
  const int longer = std::max(picture.size.width, picture.size.height);
  if (longer <= kLongest) return picture;
  const PixelSize size{picture.size.width * kLongest / longer, picture.size.height * kLongest / longer};
  return resize(picture, {0, 0, picture.size.width, picture.size.height}, size).value();
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, ',');) fields.push_back(field.substr(field.find_first_not_of(' ')));
  return fields;
}

struct Set {
  std::vector<Labelled> labelled;
  std::vector<Bitmap> backgrounds;
};

Set read_set() {
  Set set;
  std::ifstream in(IMAGEGEN_TEST_LABELS);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    const auto fields = fields_of(line);
    Bitmap picture = photo(fields[0]);
    if (fields.size() == 1) {
      set.backgrounds.push_back(std::move(picture));
      continue;
    }
    const auto [width, height] = picture.size;
    const int left = width * std::stoi(fields[1]) / 1000, top = height * std::stoi(fields[2]) / 1000;
    const PixelRect box{left, top, width * std::stoi(fields[3]) / 1000 - left,
                        height * std::stoi(fields[4]) / 1000 - top};
    set.labelled.push_back({fields[0], std::move(picture), box});
  }
  return set;
}

// The subject with some of what is around it, small on a background that is all texture or colour.
Labelled pasted(const Labelled& from, const Bitmap& background, std::mt19937& random) {
  const PixelRect box = from.subject;
  const auto grown = [](int begin, int length, int side) {
    const int by = length * 3 / 10, first = std::max(begin - by, 0);
    return std::pair(first, std::min(begin + length + by, side) - first);
  };
  const auto [x, width] = grown(box.x, box.width, from.picture.size.width);
  const auto [y, height] = grown(box.y, box.height, from.picture.size.height);
  Bitmap canvas = background;
  const int longer = std::max(canvas.size.width, canvas.size.height);
  const double scale = longer * (0.15 + 0.15 * static_cast<double>(random() % 1000) / 1000.0) / std::max(width, height);
  const auto scaled = [scale](int px) { return std::max(static_cast<int>(px * scale), 1); };
  const PixelSize size{std::min(scaled(width), canvas.size.width), std::min(scaled(height), canvas.size.height)};
  const Bitmap part = resize(from.picture, {x, y, width, height}, size).value();
  const int left = static_cast<int>(random() % static_cast<unsigned>(canvas.size.width - size.width + 1));
  const int top = static_cast<int>(random() % static_cast<unsigned>(canvas.size.height - size.height + 1));
  for (int row = 0; row < size.height; ++row)
    for (int column = 0; column < size.width; ++column)
      std::copy_n(part.row(row) + column * part.channels, 3, canvas.row(top + row) + (left + column) * canvas.channels);
  return {from.name,
          std::move(canvas),
          {left + scaled(box.x - x), top + scaled(box.y - y), scaled(box.width), scaled(box.height)}};
}

int shared(int a, int a_length, int b, int b_length) {
  return std::max(std::min(a + a_length, b + b_length) - std::max(a, b), 0);
}

// Of what a window of that shape could keep at best.
double kept(const PixelRect& subject, const PixelRect& crop) {
  const double inside = static_cast<double>(shared(subject.x, subject.width, crop.x, crop.width)) *
                        shared(subject.y, subject.height, crop.y, crop.height);
  return inside / (static_cast<double>(std::min(subject.width, crop.width)) * std::min(subject.height, crop.height));
}

struct Score {
  double mean = 0, under_half = 0;
};

Score score(const std::vector<Labelled>& set, const char* rule) {
  Score score;
  double count = 0;
  for (const auto& [name, picture, subject] : set) {
    for (const PixelSize shape : kShapes) {
      const PixelSize box{shape.width * 40, shape.height * 40};
      const double share = kept(subject, crop_box(picture, {box, parse_crop_position(rule).value(), {}}).value());
      score.mean += share, score.under_half += share < 0.5 ? 1 : 0, ++count;
      if (share < 0.5 && std::getenv("IMAGEGEN_TEST_PHOTOS_TELL"))
        std::cout << rule << " " << name << " " << to_string(shape) << " " << share << "\n";
    }
  }
  return {score.mean / count, score.under_half / count};
}

void expect_kept(const std::vector<Labelled>& set, const std::string& what) {
  const Score centre = score(set, "centre");
  std::cout << what << ", " << set.size() << " pictures: centre " << centre.mean << ", under half " << centre.under_half
            << "\n";
  for (const char* rule : {"attention", "entropy"}) {
    const Score found = score(set, rule);
    std::cout << "  " << rule << " " << found.mean << ", under half " << found.under_half << "\n";
    EXPECT_GE(found.mean, 0.93) << rule;
    EXPECT_LE(found.under_half, 0.03) << rule;
    EXPECT_GE(found.mean, centre.mean) << rule;
  }
}

// Where they are asked for they must be there.
#define NEEDS_PHOTOGRAPHS()                                                                                      \
  if (!has_photographs()) {                                                                                      \
    if (std::getenv("CI") != nullptr) FAIL() << "no photographs in " << photos() << ": get-photographs.sh";      \
    GTEST_SKIP() << "skipped: no photographs in " << photos() << "; tests/support/get-photographs.sh gets them"; \
  }                                                                                                              \
  static_assert(true)

TEST(KeptSubject, OfPhotographsIsNearlyAllThatCouldBeKept) {
  NEEDS_PHOTOGRAPHS();
  expect_kept(read_set().labelled, "photographs");
}

TEST(KeptSubject, OfSmallThingsBesideTexturesAndColoursIsNearlyAll) {
  NEEDS_PHOTOGRAPHS();
  const Set set = read_set();
  std::mt19937 random(7);
  std::vector<Labelled> pasted_set;
  for (int i = 0; i < 60; ++i) {
    const auto& from = set.labelled[random() % set.labelled.size()];
    pasted_set.push_back(pasted(from, set.backgrounds[random() % set.backgrounds.size()], random));
  }
  expect_kept(pasted_set, "pasted");
}

TEST(KeptSubject, IsAFaceWhereThereIsOneAndThePlanSaysWhenItIsCut) {
  NEEDS_PHOTOGRAPHS();
  const auto file = encode_png(photo("astronaut.png")).value();
  RenditionSpec square{{300, 300}, parse_crop_position("attention").value(), {ImageFormat::webp}};
  RenditionSpec strip{{1200, 100}, parse_crop_position("attention").value(), {ImageFormat::webp}};
  RenditionSpec wrong{{300, 300}, {}, {ImageFormat::webp, 101}};
  const std::vector<RenditionSpec> specs{square, strip, wrong};
  const auto plans = plan_renditions(file, specs).value();
  ASSERT_EQ(plans[0]->faces.size(), 1U);
  const PixelRect face = plans[0]->faces[0];
  EXPECT_NEAR(face.x + face.width / 2.0, 222, 12);
  EXPECT_NEAR(face.y + face.height / 2.0, 110, 16);
  EXPECT_TRUE(plans[0]->subject->is_face);
  EXPECT_EQ(plans[0]->subject->kept, 1.0);
  EXPECT_THAT(plans[0]->notes, ::testing::IsEmpty());
  EXPECT_LT(plans[1]->subject->kept, 0.6);
  EXPECT_THAT(plans[1]->notes, ::testing::ElementsAre(::testing::HasSubstr("is not kept whole in 1200x100")));
  EXPECT_FALSE(plans[2].has_value()) << "one that cannot be made does not stop the others";
  const auto made = render(decode_image(file).value(), strip).value();
  EXPECT_EQ(made.crop, plans[1]->crop);
  EXPECT_EQ(made.subject, plans[1]->subject);
  EXPECT_EQ(made.notes, plans[1]->notes);
}

}  // namespace
}  // namespace imagegen
