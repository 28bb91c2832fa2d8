#pragma once
#include "image/band_resampler.hpp"
#include "image/render_steps.hpp"
#include "image/row_source.hpp"

/// \file Outputs of a master that is never whole in memory: it is read in bands, and each band is handed to every
/// output. The files are those that the whole picture would give.
namespace imagegen::detail {

/// Some rows of a master: its pixels, and where that was asked for, the same in planes.
struct SourceBand {
  RowBand pixels, y, cb, cr;
};

/// A master as its outputs know it before its first row.
struct BandedMaster {
  PixelSize size;                  ///< px, upright.
  RowFormat format;                ///< Of its rows.
  bool has_planes = false;         ///< Its bands have planes, too: 8 bits, no alpha, and an output wants them.
  std::vector<std::string> notes;  ///< As of ImageInfo.
  Credits credits;                 ///< As the file says, where an output wants to keep them.
};

/// Memory for one band.
class BandBuffer {
 public:
  BandBuffer(const BandedMaster& master, std::size_t band_bytes);

  /// Reads the next rows of `source`, and its end after the last. Gives how many there were, 0 when there are no more.
  Result<int> read(RowSource& source, int first);
  SourceBand band() const;

 private:
  void split(int row);
  std::uint8_t* plane(int number, int row);

  RowFormat format_;
  bool has_planes_;
  int rows_;  ///< A full band has as many.
  int first_ = 0, count_ = 0;
  std::vector<std::uint16_t> pixels_;  ///< Or bytes, in memory that is aligned for both.
  Bytes planes_;
};

/// One output. Takes one band after the other; any one thread at a time.
class BandedOutput {
 public:
  /// \param plan What untrimmed_plan() says, the crop in its place.
  BandedOutput(const BandedMaster& master, const RenditionSpec& spec, FitPlan plan);

  /// Bytes of the resized picture, which is held until it is encoded.
  static std::uint64_t held_bytes(const BandedMaster& master, const RenditionSpec& spec, const FitPlan& plan);

  void take(const SourceBand& band);

  /// Once all bands were taken; once only. Errors as render(), and those of `stop`.
  Result<Rendition> finish(const BandedMaster& master, const Stop& stop);

 private:
  const RenditionSpec& spec_;
  FitPlan plan_;
  BandResamplerPtr pixels_, y_, cb_, cr_;
};

/// A small copy of the master for looking at, as small_copy() makes it of a whole one.
class BandedCopy {
 public:
  BandedCopy(const BandedMaster& master, int side);
  void take(const SourceBand& band);
  Bitmap finish();

 private:
  BandResamplerPtr pixels_, y_, cb_, cr_;
};

}  // namespace imagegen::detail
