// What was asked for and the file has not is said, and nothing else is.
#include <imagegen/image/encode.hpp>
#include <imagegen/image/renditions.hpp>

#include <random>

#include "image/support/pictures.hpp"
#include "image/support/render_outputs.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

using Notes = std::vector<std::string>;

Notes notes_of(const Encoding& encoding, const Bitmap& picture) {
  Notes notes;
  EXPECT_THAT(encode_image(picture, encoding, &notes), test::IsOk());
  return notes;
}

Notes notes_of(const Encoding& encoding) {
  return notes_of(encoding, test::photo_like({40, 30}, 3));
}

struct Unused {
  const char* setting;
  void (*change)(Encoding&);
  std::vector<ImageFormat> has_use;
};

void PrintTo(const Unused& unused, std::ostream* out) {
  *out << unused.setting;
}

class UnusedSetting : public testing::TestWithParam<Unused> {};

TEST_P(UnusedSetting, IsNotedForEveryFormatWithoutUseForIt) {
  const auto& [setting, change, has_use] = GetParam();
  for (const auto format : kImageFormats) {
    if (!can_encode(format)) continue;
    Encoding encoding{format};
    change(encoding);
    const bool used = std::find(has_use.begin(), has_use.end(), format) != has_use.end();
    const auto note = std::string(setting) + ": " + std::string(to_string(format)) + " has no use for it";
    EXPECT_EQ(notes_of(encoding), used ? Notes() : Notes{note}) << to_string(format);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, UnusedSetting,
    testing::Values(
        Unused{"effort", [](Encoding& e) { e.effort = 2; }, {ImageFormat::webp, ImageFormat::avif}},
        Unused{"lossless", [](Encoding& e) { e.lossless = true; }, {ImageFormat::webp, ImageFormat::avif, ImageFormat::png}},
        Unused{"near_lossless", [](Encoding& e) { e.near_lossless = true; }, {ImageFormat::webp}},
        Unused{"alpha_quality", [](Encoding& e) { e.alpha_quality = 50; }, {ImageFormat::webp}},
        Unused{"target_bytes", [](Encoding& e) { e.target_bytes = 100'000; }, {ImageFormat::webp}},
        Unused{"chroma_subsampling",
               [](Encoding& e) { e.chroma_subsampling = ChromaSubsampling::yuv444; },
               {ImageFormat::jpeg, ImageFormat::avif}},
        Unused{"progressive", [](Encoding& e) { e.progressive = true; }, {ImageFormat::jpeg, ImageFormat::png}},
        Unused{"optimise_coding", [](Encoding& e) { e.optimise_coding = false; }, {ImageFormat::jpeg}},
        Unused{"compression_level", [](Encoding& e) { e.compression_level = 9; }, {ImageFormat::png}},
        Unused{"palette", [](Encoding& e) { e.palette = false; }, {ImageFormat::png}},
        Unused{"colours", [](Encoding& e) { e.colours = 16; }, {ImageFormat::png}},
        Unused{"dither", [](Encoding& e) { e.dither = 0.5F; }, {}}));

TEST(EncodingNotes, SayNothingOfTheQualityOfAPng) {
  for (const auto format : kImageFormats) {
    if (!can_encode(format)) continue;
    EXPECT_THAT(notes_of({format, 80}), IsEmpty());
  }
}

TEST(EncodingNotes, SayThatWhatLosesNothingHasNoTarget) {
  Encoding encoding;
  encoding.lossless = true, encoding.target_bytes = 1000;
  EXPECT_THAT(notes_of(encoding), ElementsAre("target_bytes: lossless webp has no use for it"));
}

Bitmap noise(PixelSize size) {
  auto picture = test::solid(size, 3, {});
  std::mt19937 random(7);
  for (auto& sample : picture.pixels) sample = static_cast<std::uint8_t>(random() % 256);
  return picture;
}

Rendition rendered(std::size_t target, std::optional<Provenance> provenance) {
  RenditionSpec spec;
  spec.size = {200, 150};
  spec.encoding.target_bytes = target;
  spec.provenance = std::move(provenance);
  return render(noise({200, 150}), spec).value();
}

TEST(TargetBytes, ThatCannotBeMetAreNotedWithTheSmallestThatThereIs) {
  const auto made = rendered(500, std::nullopt);
  Encoding smallest{ImageFormat::webp, 0};
  const auto least = std::to_string(encode_image(noise({200, 150}), smallest).value().size());
  EXPECT_THAT(made.notes, ElementsAre(HasSubstr("target_bytes: expected 500, got " + std::to_string(made.image.bytes.size()) +
                                                ", the smallest that there is (quality 0)")));
  EXPECT_LT(made.image.bytes.size(), std::stoul(least) * 11 / 10);
}

TEST(TargetBytes, CountTheWholeFile) {
  const auto made = rendered(500, Provenance{});
  EXPECT_THAT(made.notes, ElementsAre(HasSubstr("expected 500, got " + std::to_string(made.image.bytes.size()) + ",")));
  const auto met = rendered(9000, Provenance{});
  EXPECT_THAT(met.notes, IsEmpty());
  EXPECT_NEAR(static_cast<double>(met.image.bytes.size()), 9000, 450);
}

TEST(TargetBytes, ThatAreMetAreNotNoted) {
  for (const std::size_t target : {6000U, 9000U, 20'000U}) {
    const auto made = rendered(target, std::nullopt);
    EXPECT_THAT(made.notes, IsEmpty()) << target;
    EXPECT_LE(made.image.bytes.size(), target * 21 / 20);
  }
}

TEST(EncodingNotes, AreThoseOfTheirOwnRendition) {
  RenditionSpec plain{{20, 15}, {}, {ImageFormat::webp}}, other{{20, 15}, {}, {ImageFormat::jpeg}};
  other.encoding.colours = 16;
  const auto file = encode_png(test::photo_like({40, 30}, 3)).value();
  const auto rendered = test::render_outputs(file, {plain, other});
  EXPECT_THAT(rendered.outputs[0]->value().notes, IsEmpty());
  EXPECT_THAT(rendered.outputs[1]->value().notes, ElementsAre("colours: jpeg has no use for it"));
}

}  // namespace
}  // namespace imagegen
