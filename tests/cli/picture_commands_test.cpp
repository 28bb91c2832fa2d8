// `imagegen render` and `imagegen inspect`.
#include <imagegen/image/decode.hpp>

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include "cli/process.hpp"
#include "image/support/png_builder.hpp"
#include "support/gradient_png.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class PictureCommands : public ::testing::Test {
 protected:
  PictureCommands() { folder_.write("in.png", gradient_png(300, 200, 0)); }
  Ended run(const std::vector<std::string>& arguments) { return run_cli(arguments, {}, folder_.path()); }
  ImageInfo info(const std::string& name) { return inspect_image(as_bytes(folder_.read(name))).value(); }

  Folder folder_;
};

TEST_F(PictureCommands, TurnCutExtendAndPutLogosOver) {
  const auto ended = run({"render", "in.png", "--size", "60x40", "--rotate", "90", "--extract", "10,20,50,70",
                          "--extend", "5", "--overlay", "in.png", "--overlay-scale", "0.2", "-o", "a.png"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("a.png  70x50"));
  EXPECT_THAT(run({"render", "in.png", "--size", "9x9", "--extract", "1,2,3", "-o", "a.png"}).err,
              HasSubstr("--extract: expected X,Y,WIDTH,HEIGHT"));
  EXPECT_THAT(run({"render", "in.png", "--size", "9x9", "--rotate", "45", "-o", "a.png"}).err, HasSubstr("--rotate"));
  EXPECT_THAT(run({"render", "in.png", "--size", "9x9", "--overlay-tiled", "-o", "a.png"}).err,
              HasSubstr("--overlay FILE"));
}

TEST_F(PictureCommands, RenderCutsSeveralFilesOutOfOneInOneCall) {
  const auto ended = run({"render", "in.png", "--size", "120x50", "-o", "wide.webp", "--size", "40x50", "-o",
                          "tall.jpg", "--size", "300x200", "-o", "deep/er/same.png"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(folder_.files(), ElementsAre("deep/er/same.png", "in.png", "tall.jpg", "wide.webp"));
  EXPECT_EQ(info("wide.webp").size, (PixelSize{120, 50}));
  EXPECT_EQ(info("tall.jpg").format, ImageFormat::jpeg);
  EXPECT_EQ(decode_image(as_bytes(folder_.read("deep/er/same.png")))->pixels,
            decode_image(as_bytes(folder_.read("in.png")))->pixels);
}

TEST_F(PictureCommands, RenderObeysPositionAndQuality) {
  const auto ended = run({"render", "in.png", "--size", "100x200", "--position", "west", "-o", "w.png", "--position",
                          "east", "-o", "e.png"});
  EXPECT_THAT(ended.out, AllOf(HasSubstr("crop 100x200+0+0"), HasSubstr("crop 100x200+200+0")));
  run({"render", "in.png", "--size", "200x100", "--quality", "10", "-o", "low.webp", "--quality", "95", "-o",
       "high.webp"});
  EXPECT_LT(folder_.read("low.webp").size(), folder_.read("high.webp").size());
}

TEST_F(PictureCommands, RenderTakesAnOptionBetweenTwoOutputsForTheOneThatFollows) {
  const auto ended =
      run({"render", "in.png", "--size", "100x200", "-o", "a.png", "--position", "east", "-o", "b.png", "-o", "c.png"});
  EXPECT_THAT(ended.out, AllOf(HasSubstr("a.png  100x200"), HasSubstr("b.png  100x200"), HasSubstr("c.png  100x200")));
  EXPECT_EQ(folder_.read("a.png"), folder_.read("c.png"));
  EXPECT_NE(folder_.read("a.png"), folder_.read("b.png"));
}

TEST_F(PictureCommands, RenderTakesAnOptionBeforeTheFirstOrBehindTheLastOutputForAll) {
  run({"render", "in.png", "--size", "100x200", "--position", "east", "-o", "a.png", "-o", "b.png"});
  EXPECT_EQ(folder_.read("a.png"), folder_.read("b.png"));
  run({"render", "in.png", "--size", "100x200", "-o", "c.png", "-o", "d.png", "--position", "east"});
  EXPECT_EQ(folder_.read("a.png"), folder_.read("c.png"));
  EXPECT_EQ(folder_.read("a.png"), folder_.read("d.png"));
}

TEST_F(PictureCommands, RenderTakesSwitchesForOneOutputToo) {
  run({"render", "in.png", "--size", "150x100", "--blur", "8", "-o", "a.png", "--blur", "0.5", "-o", "b.png",
       "--linear", "-o", "c.png"});
  EXPECT_NE(folder_.read("a.png"), folder_.read("b.png"));
  EXPECT_NE(folder_.read("a.png"), folder_.read("c.png"));
}

TEST_F(PictureCommands, RenderSaysInJsonWhatItMade) {
  const auto ended = run({"render", "in.png", "--size", "10x10", "-o", "a.png", "--json"});
  const auto made = boost::json::parse(ended.out).at("renditions").at(0);
  EXPECT_EQ(made.at("file"), "a.png");
  EXPECT_EQ(made.at("width"), 10);
}

TEST_F(PictureCommands, APictureComesFromStandardInputAndGoesToStandardOutput) {
  const std::string command = "\"$0\" render - --size 30x20 --format png -o - < in.png | \"$0\" inspect -";
  const auto ended = Process({"-c", command, IMAGEGEN_CLI}, {}, folder_.path(), "/bin/sh").wait();
  EXPECT_THAT(ended.out, HasSubstr("standard input: png, 30x20 px")) << ended.err;
  EXPECT_THAT(run({"render", "in.png", "--size", "5x5", "-o", "-"}).err, HasSubstr("expected --format"));
}

TEST_F(PictureCommands, APictureIsNotWrittenToATerminal) {
  const auto ended =
      run_cli_on_terminal({"render", "in.png", "--size", "9x9", "--format", "png", "-o", "-"}, {}, folder_.path());
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.out, HasSubstr("got a terminal"));
}

TEST_F(PictureCommands, InspectTellsOfSeveralFilesAndOfThoseThatAreNone) {
  const auto ended = run({"inspect", "in.png", "missing.png", "--json"});
  EXPECT_EQ(ended.exit_code, 3);
  const auto end_of_line = ended.out.find('\n');
  EXPECT_EQ(boost::json::parse(ended.out.substr(0, end_of_line)).at("file"), "in.png");
  EXPECT_EQ(boost::json::parse(ended.out.substr(end_of_line + 1)).at("error").at("code"), "NOT_FOUND");
}

TEST_F(PictureCommands, RenderFitsAndPadsAsAsked) {
  const auto ended = run({"render", "in.png",      "--size", "90x90",  "--fit", "contain",    "--background", "#ff0000",
                          "-o",     "contain.png", "--fit",  "inside", "-o",    "inside.png", "--fit",        "outside",
                          "-o",     "outside.png", "--fit",  "fill",   "-o",    "fill.png"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(info("contain.png").size, (PixelSize{90, 90}));
  EXPECT_EQ(info("inside.png").size, (PixelSize{90, 60}));
  EXPECT_EQ(info("outside.png").size, (PixelSize{135, 90}));
  EXPECT_EQ(info("fill.png").size, (PixelSize{90, 90}));
  const auto padded = decode_image(as_bytes(folder_.read("contain.png"))).value();
  EXPECT_THAT(Bytes(padded.row(0), padded.row(0) + 3), ElementsAre(255, 0, 0));
}

TEST_F(PictureCommands, RenderPassesEveryEncodingOptionOn) {
  const auto size_of = [&](const std::string& name, std::vector<std::string> options) {
    options.insert(options.begin(), {"render", "in.png", "--size", "150x100", "-o", name});
    EXPECT_EQ(run(options).exit_code, 0);
    return folder_.read(name).size();
  };
  EXPECT_GT(size_of("a.jpg", {"--chroma", "4:4:4"}), size_of("b.jpg", {}));
  EXPECT_GT(size_of("c.jpg", {"--no-optimise"}), size_of("d.jpg", {}));
  EXPECT_NE(size_of("e.webp", {"--lossless"}), size_of("f.webp", {"--near-lossless", "--quality", "20"}));
  EXPECT_LT(size_of("g.webp", {"--target-bytes", "900"}), 1100U);
  EXPECT_GT(size_of("h.png", {"--compression-level", "0"}), size_of("i.png", {}));
  EXPECT_NE(size_of("j.png", {"--progressive"}), size_of("k.png", {}));
  EXPECT_EQ((size_of("l.png", {"--bit-depth", "16"}), info("l.png").bits_per_channel), 16);
  EXPECT_NE(size_of("m.webp", {"--linear"}), size_of("n.webp", {}));
  EXPECT_NE(size_of("o.png", {"--blur", "8"}), size_of("p.png", {}));
  EXPECT_NE(size_of("q.png", {"--kernel", "nearest"}), size_of("r.png", {}));
  EXPECT_NE(size_of("s.png", {"--colours", "16"}), size_of("t.png", {}));
  EXPECT_LT(size_of("u.png", {"--colours", "16", "--dither", "0"}), size_of("v.png", {"--colours", "16"}));
}

TEST_F(PictureCommands, RenderSaysWhatAFileHasNotInTheWordsOfItsOptions) {
  const auto ended = run({"render", "in.png", "--size", "150x100", "--colours", "16", "--target-bytes", "100", "-o",
                          "a.png", "-o", "b.webp"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.err,
              AllOf(HasSubstr("a.png: --target-bytes: png has no use for it"),
                    HasSubstr("b.webp: --colours: webp has no use for it"),
                    HasSubstr("b.webp: --target-bytes: expected 100, got " +
                              std::to_string(folder_.read("b.webp").size()) + ", the smallest that there is"),
                    Not(HasSubstr("a.png: --colours"))));
  EXPECT_EQ(run({"render", "in.png", "--size", "150x100", "--colours", "16", "-o", "c.png"}).err, "");
}

TEST_F(PictureCommands, RenderTellsTheDefaultQualityOfEachFormat) {
  EXPECT_THAT(run({"render", "--help"}).out, HasSubstr("0..100 (default 90, AVIF 78)"));
  run({"render", "in.png", "--size", "150x100", "-o", "a.webp"});
  run({"render", "in.png", "--size", "150x100", "--quality", "90", "-o", "b.webp"});
  EXPECT_EQ(folder_.read("a.webp"), folder_.read("b.webp"));
}

TEST_F(PictureCommands, RenderWritesAndKeepsCreditsAndInspectReadsThem) {
  run({"render", "in.png", "--size", "60x40", "-o", "signed.jpg", "--creator", "Mia", "--creator", "A & B", "--credit",
       "Studio", "--copyright", "(c) 2026", "--rights-url", "https://example.com", "--usage-terms", "Ask first"});
  const auto kept =
      run({"render", "signed.jpg", "--size", "30x20", "-o", "kept.webp", "--keep-credits", "--credit", "Mine"});
  EXPECT_EQ(kept.exit_code, 0) << kept.err;
  const auto json = boost::json::parse(run({"inspect", "kept.webp", "--json"}).out);
  EXPECT_EQ(json.at("credits"), boost::json::value({{"creators", {"Mia", "A & B"}},
                                                    {"creditLine", "Mine"},
                                                    {"copyright", "(c) 2026"},
                                                    {"rightsUrl", "https://example.com"},
                                                    {"usageTerms", "Ask first"}}));
  EXPECT_THAT(run({"inspect", "kept.webp"}).out,
              AllOf(HasSubstr("  by Mia\n  by A & B\n"), HasSubstr("  copyright: (c) 2026\n")));
  EXPECT_THAT(run({"render", "in.png", "--size", "6x4", "-o", "x.webp", "--rights-url", "nowhere"}).err,
              HasSubstr("rights_url: expected"));
  run({"render", "signed.jpg", "--size", "30x20", "-o", "plain.webp"});
  EXPECT_EQ(boost::json::parse(run({"inspect", "plain.webp", "--json"}).out).at_pointer("/credits/copyright"), "");
}

TEST_F(PictureCommands, RenderWritesWhereAPictureComesFromAndInspectReadsIt) {
  const std::string hash(64, 'a');
  run({"render", "in.png", "--size", "30x20", "-o", "a.webp", "--model", "gpt-image-1", "--prompt-sha256", hash});
  const auto json = boost::json::parse(run({"inspect", "a.webp", "--json"}).out);
  EXPECT_EQ(json.at_pointer("/provenance/digitalSourceType"), "trainedAlgorithmicMedia");
  EXPECT_EQ(json.at_pointer("/provenance/model"), "gpt-image-1");
  EXPECT_EQ(json.at_pointer("/provenance/promptSha256").as_string(), hash);
  EXPECT_EQ(json.at_pointer("/provenance/hasC2pa"), false);
  EXPECT_FALSE(json.at("thumbHash").as_string().empty());
  EXPECT_THAT(run({"render", "in.png", "--size", "30x20", "-o", "b.webp", "--source", "dream"}).err,
              HasSubstr("--source: expected trainedAlgorithmicMedia, "));
}

TEST_F(PictureCommands, RenderRefusesHighDynamicRangeWhereAsked) {
  test::PngSpec spec{{4, 4}, 16, 0, std::vector<std::uint16_t>(16, 30'000)};
  spec.chunks = {{"cICP", {9, 16, 0, 1}}};
  folder_.write("hdr.png", std::string(as_text(build_png(spec))));
  EXPECT_EQ(run({"render", "hdr.png", "--size", "2x2", "-o", "a.png"}).exit_code, 0);
  EXPECT_EQ(run({"render", "hdr.png", "--size", "2x2", "--hdr", "tone-map", "-o", "b.png"}).exit_code, 0);
  const auto refused = run({"render", "hdr.png", "--size", "2x2", "--hdr", "refuse", "-o", "c.png"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.err, HasSubstr("high dynamic range (BT.2020, PQ)"));
  const auto json = boost::json::parse(run({"inspect", "hdr.png", "--json"}).out);
  EXPECT_EQ(json.at("colourSpace"), "BT.2020, PQ");
}

TEST_F(PictureCommands, RenderNamesWhatIsWrong) {
  EXPECT_THAT(run({"render", "in.png", "--size", "0x5", "-o", "a.webp"}).err,
              HasSubstr("--size: expected WIDTHxHEIGHT"));
  EXPECT_THAT(run({"render", "in.png", "--size", "5x5", "-o", "a.gif"}).err,
              HasSubstr("expected a name ending in .webp"));
  EXPECT_THAT(run({"render", "no.png", "--size", "5x5", "-o", "a.webp"}).err,
              HasSubstr("no.png: there is no such file"));
  EXPECT_THAT(
      run({"render", "in.png", "--size", "5x5", "--size", "6x6", "-o", "a.webp", "-o", "b.webp", "-o", "c.webp"}).err,
      HasSubstr("--size: expected 1 or 3, one for each -o, got 2"));
  EXPECT_EQ(run({"render", "in.png", "--size", "5x5", "--position", "up", "-o", "a.webp"}).exit_code, 2);
  EXPECT_THAT(folder_.files(), ElementsAre("in.png"));
}

TEST_F(PictureCommands, RenderSaysWhatItFoundInAFileThatIsNoPicture) {
  folder_.write("page.png", "<!DOCTYPE html><html></html>");
  const auto ended = run({"render", "page.png", "--size", "5x5", "-o", "a.webp"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("page.png"), HasSubstr("html")));
}

TEST_F(PictureCommands, InspectTellsWhatAFileIs) {
  EXPECT_THAT(run({"inspect", "in.png"}).out, AllOf(HasSubstr("png, 300x200 px"), HasSubstr("8 bits")));
  const auto json = boost::json::parse(run({"inspect", "in.png", "--json"}).out);
  EXPECT_EQ(json.at("format"), "png");
  EXPECT_EQ(json.at("width"), 300);
  EXPECT_EQ(json.at("orientation"), 1);
}

TEST_F(PictureCommands, InspectRefusesWhatIsNoPicture) {
  folder_.write("notes.txt", "just text");
  const auto ended = run({"inspect", "notes.txt"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("notes.txt"));
}

}  // namespace
}  // namespace imagegen::test
