#pragma once
#include <imagegen/image/credits.hpp>
#include <imagegen/image/decode.hpp>

#include <memory>

#include "image/pixels.hpp"
#include "image/stop.hpp"
#include "image/subject.hpp"

namespace imagegen::detail {

/// A decoded picture in the forms that its outputs are made of, upright and in sRGB. Never changes; any number of
/// threads may read it.
struct Master {
  PixelSize size;  ///< px, of the file.
  int reduce = 1;  ///< The forms have sides of that part of `size`, rounded up.
  bool has_alpha = false;
  std::shared_ptr<const Bitmap> rgb;                                          ///< 8 bits.
  std::shared_ptr<const DeepBitmap> deep;                                     ///< 16 bits; then there is no other form.
  std::shared_ptr<const YcbcrPicture> planes;                                 ///< 8 bits without alpha.
  std::vector<std::string> notes;                                             ///< As of ImageInfo.
  std::shared_ptr<LazyFindings> findings = std::make_shared<LazyFindings>();  ///< Of findings_of(), which fills it.
  Credits credits;  ///< As the file says, where an output wants to keep them.
};

/// What the outputs of a master are made of.
struct MasterNeeds {
  bool rgb = true;
  bool planes = false;  ///< If it has no alpha and 8 bits; else `rgb` is given.
  int reduce = 1;       ///< 1, 2, 4 or 8: how much smaller it may come; only JPEG does.
};

struct FileHeader;

/// Bytes of whole pictures that decode_master() has at one time at the most.
std::uint64_t master_bytes(const FileHeader& header, const MasterNeeds& needs);

/// Decodes a file whose header was read, in the forms that are needed. Errors as decode_image(), and those of `stop`.
Result<Master> decode_master(ByteView file, const FileHeader& header, const MasterNeeds& needs, const Stop& stop);

/// Reads the header and checks it against the limits. Errors as inspect_image().
Result<FileHeader> read_header(ByteView file, const ImageLimits& limits);

/// Some pixels of the caller, which must outlive the result.
Master borrowed_master(const Bitmap& picture);

/// The planes of RGB without alpha, as large as it.
YcbcrPicture split_planes(const Bitmap& rgb);

/// Gives a master of RGB its planes as well, as decode_master() would; not where it has alpha or one channel.
void add_planes(Master& master);

/// `size`, shrunk until its longer side has at most `side` px.
PixelSize fitted(PixelSize size, int side);

/// Planes of one size as RGB.
Bitmap joined_planes(const Bitmap& y, const Bitmap& cb, const Bitmap& cr);

/// A picture of the master for looking at, made of its planes if it has them, RGB or RGBA, with sides of at most `side`
/// px.
Bitmap small_copy(const Master& master, int side);

}  // namespace imagegen::detail
