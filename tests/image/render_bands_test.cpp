// Large masters go through memory in bands. The bounds are lowered here, so that small ones do.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <random>

#include "image/render_job.hpp"
#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "image/support/png_builder.hpp"
#include "image/support/render_outputs.hpp"
#include "image/support/webp_builder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsSaying;
using test::FailsWith;
using test::RenderedOutputs;
using testing::HasSubstr;

constexpr PixelSize kMaster{150, 210};
constexpr detail::BandPlan kAlways{0, 1};  // bands of 16 rows
constexpr detail::BandPlan kNever{std::uint64_t{1} << 40U, 1};

RenderedOutputs render_with(ByteView file, const std::vector<RenditionSpec>& specs, detail::BandPlan bands,
                            std::size_t threads = 2, const ImageLimits& limits = {}) {
  RenderedOutputs rendered{Result<void>(), {}};
  rendered.outputs.resize(specs.size());
  detail::OnReady keep = [&](std::size_t index, Result<Rendition> made) -> Task<void> {
    rendered.outputs[index] = std::move(made);
    co_return;
  };
  rendered.done = test::run([&]() -> Task<Result<void>> {
    ThreadPool pool(threads);
    co_return co_await detail::render_all(file, specs, limits, pool, keep, bands);
  });
  return rendered;
}

Bytes png_of(int bit_depth, int channels) {
  const auto photo = test::photo_like(kMaster, channels);
  std::mt19937 random(5);
  test::PngSpec spec{kMaster, bit_depth, channels == 4 ? 6 : 2, {}};
  for (const auto sample : photo.pixels) {
    spec.samples.push_back(static_cast<std::uint16_t>(bit_depth == 16 ? sample * 256U + random() % 256 : sample));
  }
  spec.filters = {1, 4, 2, 3};
  spec.idat_bytes = 5000;
  return build_png(spec);
}

std::vector<RenditionSpec> specs_of_all_kinds() {
  std::vector<RenditionSpec> specs;
  for (const Fit fit : {Fit::cover, Fit::contain, Fit::fill, Fit::inside, Fit::outside}) {
    for (const char* position : {"centre", "north-east", "0.2,0.9"}) {
      for (const auto format : {ImageFormat::webp, ImageFormat::jpeg, ImageFormat::png}) {
        RenditionSpec spec{{80, 60}, parse_crop_position(position).value(), {format, 80, 0}};
        spec.fit = fit;
        specs.push_back(spec);
      }
    }
  }
  const auto add = [&](RenditionSpec spec, auto change) {
    change(spec);
    specs.push_back(std::move(spec));
  };
  const RenditionSpec base = specs[0];
  add(base, [](auto& spec) { spec.size = {300, 500}; });
  add(base, [](auto& spec) { spec.size = {1, 1}; });
  add(base, [](auto& spec) { spec.size = {7, 200}; });
  add(base, [](auto& spec) { spec.size = kMaster; });
  add(base, [](auto& spec) { spec = {kMaster, {}, {ImageFormat::png}}; });
  add(base, [](auto& spec) { spec.encoding.lossless = true; });
  add(base, [](auto& spec) {
    spec.encoding = {ImageFormat::jpeg, 70};
    spec.encoding.chroma_subsampling = ChromaSubsampling::yuv444;
  });
  add(base, [](auto& spec) { spec.blur_sigma = 2.0F; });
  add(base, [](auto& spec) { spec.resize.linear_light = true; });
  add(base, [](auto& spec) { spec.flatten = true, spec.background = Colour{10, 200, 30, 255}; });
  add(base, [](auto& spec) { spec.encoding = {ImageFormat::png}, spec.encoding.bit_depth = 16; });
  add(base, [](auto& spec) { spec.encoding = {ImageFormat::png}, spec.encoding.progressive = true; });
  add(base, [](auto& spec) { spec.allow_upscale = false, spec.size = {4000, 300}; });
  add(base, [](auto& spec) { spec.provenance = Provenance{}; });
  add(base, [](auto& spec) { spec.extract = PixelRect{20, 30, 90, 100}; });
  add(base, [](auto& spec) { spec.extract = PixelRect{0, 40, 150, 100}, spec.size = {}; });
  add(base, [](auto& spec) { spec.size = {0, 70}; });
  add(base, [](auto& spec) { spec.sharpen = Sharpen{}; });
  add(base, [](auto& spec) { spec.extend = {3, 5, 7, 2}; });
  add(base, [](auto& spec) { spec.extend = {3, 5, 7, 2}, spec.extend_with = MarginFill::mirror; });
  add(base, [](auto& spec) {
    spec.overlays.emplace_back();
    spec.overlays[0].picture = std::make_shared<Bitmap>(test::photo_like({20, 10}, 4));
  });
  // These need the whole master, beside others that do not.
  add(base, [](auto& spec) { spec.rotate = 90; });
  add(base, [](auto& spec) { spec.flip = true, spec.encoding = {ImageFormat::png}; });
  add(base, [](auto& spec) { spec.trim = Trim{}; });
  for (const char* rule : {"attention", "entropy"}) {
    add(base, [&](auto& spec) { spec.position = parse_crop_position(rule).value(); });
    add(base, [&](auto& spec) { spec = {{80, 60}, parse_crop_position(rule).value(), {ImageFormat::png}}; });
  }
  if (can_encode(ImageFormat::avif)) {
    add(base, [](auto& spec) { spec.encoding = {ImageFormat::avif, 50, 0}, spec.encoding.bit_depth = 10; });
  }
  return specs;
}

struct MasterFile {
  std::string name;
  Bytes file;
};

void PrintTo(const MasterFile& master, std::ostream* out) {
  *out << master.name;
}

std::vector<MasterFile> master_files() {
  std::vector<MasterFile> files;
  for (const int depth : {8, 16}) {
    for (const int channels : {3, 4}) {
      files.push_back({"png_" + std::to_string(depth) + "_" + std::to_string(channels), png_of(depth, channels)});
    }
  }
  test::PngSpec palette{kMaster, 8, 3, test::ramp(static_cast<std::size_t>(kMaster.width * kMaster.height), 8)};
  for (int i = 0; i < 768; ++i) palette.palette.push_back(static_cast<std::uint8_t>(i * 5));
  files.push_back({"palette", build_png(palette)});
  test::PngSpec grey{kMaster, 16, 0, test::ramp(static_cast<std::size_t>(kMaster.width * kMaster.height), 16, 37)};
  files.push_back({"deep_grey", build_png(grey)});
  grey.interlaced = true;
  files.push_back({"interlaced", build_png(grey)});
  files.push_back({"webp", encode_image(test::photo_like(kMaster, 4), {}).value()});
  const auto photo = test::photo_like(kMaster, 3);
  test::JpegSpec turned{photo.size, test::JpegSpec::Kind::ycbcr, photo.pixels};
  turned.exif = test::exif_with_orientation(6, true);
  files.push_back({"turned_jpeg", build_jpeg(turned)});
  return files;
}

class RenderInBands : public testing::TestWithParam<MasterFile> {};

TEST_P(RenderInBands, GivesTheFilesThatTheWholePictureGives) {
  const Bytes& file = GetParam().file;
  const auto specs = specs_of_all_kinds();
  const auto expected = render_with(file, specs, kNever);
  const auto found = render_with(file, specs, kAlways);
  ASSERT_THAT(expected.done, test::IsOk());
  ASSERT_THAT(found.done, test::IsOk());
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const auto &whole = *expected.outputs[i], &banded = *found.outputs[i];
    ASSERT_EQ(banded.has_value(), whole.has_value()) << "output " << i;
    if (whole.has_error()) continue;
    EXPECT_EQ(banded->image.bytes, whole->image.bytes) << "output " << i;
    EXPECT_EQ(banded->crop, whole->crop) << "output " << i;
    EXPECT_EQ(banded->window, whole->window) << "output " << i;
    EXPECT_EQ(banded->upscaled, whole->upscaled) << "output " << i;
  }
}

// Alone, so that what an output is made of does not depend on the others.
TEST_P(RenderInBands, GivesTheFileOfEachOutputAlone) {
  const Bytes& file = GetParam().file;
  for (const auto& spec : specs_of_all_kinds()) {
    const auto whole = render_with(file, {spec}, kNever), banded = render_with(file, {spec}, kAlways, 1);
    ASSERT_EQ(banded.outputs[0]->value().image.bytes, whole.outputs[0]->value().image.bytes) << to_string(spec.size);
  }
}

INSTANTIATE_TEST_SUITE_P(Masters, RenderInBands, testing::ValuesIn(master_files()),
                         [](const auto& info) { return info.param.name; });

const std::vector<RenditionSpec>& three_specs() {
  static const std::vector<RenditionSpec> specs = {{{40, 30}, {}, {}}, {{20, 20}, {}, {ImageFormat::png}},
                                                   {{60, 10}, {}, {ImageFormat::jpeg}}};
  return specs;
}

void expect_none_made(const RenderedOutputs& rendered) {
  for (const auto& output : rendered.outputs) EXPECT_FALSE(output.has_value());
}

TEST(RenderInBandsOfDamage, MakesNothingOfAFileThatEndsEarly) {
  for (const int depth : {8, 16}) {
    const Bytes file = png_of(depth, 3);
    for (const double share : {0.1, 0.5, 0.9, 0.99}) {
      Bytes part = file;
      part.resize(static_cast<std::size_t>(share * static_cast<double>(file.size())));
      const auto rendered = render_with(part, three_specs(), kAlways);
      EXPECT_THAT(rendered.done, FailsWith(Errc::corrupt_data)) << share;
      expect_none_made(rendered);
    }
  }
}

// The sum of all pixels stands in a chunk of its own, which nobody needs to come to the last row.
Bytes png_with_wrong_sum() {
  const Bytes sound = test::build_png({kMaster, 16, 2, test::ramp(150 * 210 * 3, 16, 7)});
  Bytes pixels(sound.begin() + 41, sound.end() - 16);
  pixels.back() ^= 1U;
  Bytes file(sound.begin(), sound.begin() + 33);
  test::append_png_chunk(file, "IDAT", ByteView(pixels).first(pixels.size() - 4));
  test::append_png_chunk(file, "IDAT", ByteView(pixels).last(4));
  test::append_png_chunk(file, "IEND", {});
  return file;
}

// Also where no output needs the rows that are damaged, and where all rows are there.
TEST(RenderInBandsOfDamage, MakesNothingWhenTheLastSumIsWrong) {
  Bytes wrong_checksum = png_of(16, 3);
  wrong_checksum[wrong_checksum.size() - 13] ^= 1U;
  RenditionSpec top{{150, 10}, parse_crop_position("north").value(), {}};
  for (const Bytes& file : {wrong_checksum, png_with_wrong_sum()}) {
    const auto rendered = render_with(file, {top}, kAlways);
    EXPECT_THAT(rendered.done, FailsWith(Errc::corrupt_data));
    expect_none_made(rendered);
  }
}

TEST(RenderInBands, MakesTheOthersWhenOneCannotBeMade) {
  auto specs = three_specs();
  specs[1].size = {20'000, 20'000};
  specs[1].encoding.format = ImageFormat::webp;
  const auto rendered = render_with(png_of(8, 3), specs, kAlways);
  EXPECT_THAT(rendered.done, test::IsOk());
  EXPECT_THAT(*rendered.outputs[0], test::IsOk());
  EXPECT_THAT(*rendered.outputs[1], FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(*rendered.outputs[2], test::IsOk());
}

TEST(RenderInBands, HasNothingToDoWithoutSpecs) {
  EXPECT_THAT(render_with(png_of(8, 3), {}, kAlways).done, test::IsOk());
}

TEST(RenderInBands, EndsAtTheTimeLimit) {
  ImageLimits limits;
  limits.max_time = std::chrono::milliseconds(0);
  const auto rendered = render_with(png_of(16, 4), three_specs(), kAlways, 2, limits);
  EXPECT_THAT(rendered.done, FailsSaying(Errc::limit_exceeded, HasSubstr("at most 0 ms")));
  expect_none_made(rendered);
}

// A deep master needs no memory but that of its rows and outputs.
TEST(RenderInBands, NeedsNoMoreThanItsOutputs) {
  ImageLimits limits;
  limits.max_decoded_bytes = 40 * 30 * 3 * 2;
  const std::vector<RenditionSpec> specs = {{{40, 30}, {}, {}}};
  const Bytes file = png_of(16, 3);
  EXPECT_THAT(render_with(file, specs, kNever, 1, limits).done, FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(*render_with(file, specs, kAlways, 1, limits).outputs[0], test::IsOk());
  limits.max_decoded_bytes -= 1;
  const auto refused = render_with(file, specs, kAlways, 1, limits);
  EXPECT_THAT(refused.done, test::IsOk());
  EXPECT_THAT(*refused.outputs[0], FailsSaying(Errc::limit_exceeded, HasSubstr("max_decoded_bytes")));
}

// What needs the whole master has to do with what may be held; the others do not.
TEST(RenderInBands, RefusesOnlyWhatNeedsTheWholeMaster) {
  ImageLimits limits;
  limits.max_decoded_bytes = 150 * 210 * 3;  // half of it
  auto specs = three_specs();
  specs[1].rotate = 270;
  const auto rendered = render_with(png_of(16, 3), specs, kAlways, 2, limits);
  EXPECT_THAT(rendered.done, test::IsOk());
  EXPECT_THAT(*rendered.outputs[0], test::IsOk());
  EXPECT_THAT(*rendered.outputs[1], FailsSaying(Errc::limit_exceeded, HasSubstr("max_decoded_bytes")));
  EXPECT_THAT(*rendered.outputs[2], test::IsOk());
}

TEST(RenderHeld, CountsTheTurnedCopies) {
  const std::uint64_t pixels = 150 * 210 * 4;
  RenditionSpec turned{{30, 20}, {}, {ImageFormat::png}};
  turned.rotate = 90;
  ImageLimits limits;
  limits.max_decoded_bytes = 3 * pixels;  // as it is, turned, and while it is turned
  EXPECT_THAT(*render_with(png_of(8, 4), {turned}, kNever, 1, limits).outputs[0], test::IsOk());
  limits.max_decoded_bytes -= 1;
  EXPECT_THAT(render_with(png_of(8, 4), {turned}, kNever, 1, limits).done, FailsWith(Errc::limit_exceeded));
}

// Outputs that may not be held together are made one group after the other.
TEST(RenderInBands, ReadsTheMasterAgainForOutputsThatDoNotFit) {
  ImageLimits limits;
  limits.max_decoded_bytes = 60 * 60 * 3 * 2;
  std::vector<RenditionSpec> specs(5, {{60, 60}, {}, {ImageFormat::png}});
  specs[2].size = {20, 20};
  const Bytes file = png_of(16, 3);
  const auto expected = render_with(file, specs, kAlways);
  const auto found = render_with(file, specs, kAlways, 2, limits);
  ASSERT_THAT(found.done, test::IsOk());
  for (std::size_t i = 0; i < specs.size(); ++i) {
    EXPECT_EQ(found.outputs[i]->value().image.bytes, expected.outputs[i]->value().image.bytes) << "output " << i;
  }
}

// Cancels from the pool, in the middle of the master: by the flag that a band looks at between its rows.
TEST(RenderInBands, ReturnsCancelledBetweenBands) {
  boost::asio::io_context io(1);
  ThreadPool pool(2);  // ends before the io_context, which its threads may still be waking
  boost::asio::cancellation_signal signal;
  const Bytes file = png_of(16, 4);
  const std::vector<RenditionSpec> specs(8, {{400, 500}, {}, {}});
  const ImageLimits limits;
  std::optional<Result<void>> done;
  std::size_t handed_over = 0;
  detail::OnReady count = [&](std::size_t, Result<Rendition>) -> Task<void> {
    ++handed_over;
    co_return;
  };
  auto call = [&]() -> Task<void> { done = co_await detail::render_all(file, specs, limits, pool, count, kAlways); };
  bool ended = false;
  boost::asio::co_spawn(io, call(),
                        boost::asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr) { ended = true; }));
  // A few bands are under way when it comes; however many, none of the outputs is there yet.
  for (int step = 0; step < 12 && !ended; ++step) io.run_one();
  ASSERT_FALSE(ended);
  signal.emit(boost::asio::cancellation_type::terminal);
  test::run_until(io, [&] { return ended; });
  ASSERT_TRUE(done.has_value());
  EXPECT_THAT(*done, FailsWith(Errc::cancelled));
  EXPECT_EQ(handed_over, 0U);
}

TEST(RenderInBands, IsForLargeMastersOnly) {
  const auto in_bands = [](const Bytes& file, std::uint64_t largest, int reduce = 1) {
    const auto header = detail::read_header(file, {}).value();
    return detail::renders_in_bands(header, {true, false, reduce}, {largest, 1});
  };
  const std::uint64_t bytes = 150 * 210 * 3;
  EXPECT_TRUE(in_bands(png_of(8, 3), bytes - 1));
  EXPECT_FALSE(in_bands(png_of(8, 3), bytes));
  EXPECT_TRUE(in_bands(png_of(16, 3), bytes));
  EXPECT_FALSE(in_bands(encode_image(test::photo_like(kMaster, 3), {ImageFormat::jpeg}).value(), 0))
      << "its planes are shared by all outputs";
}

}  // namespace
}  // namespace imagegen
