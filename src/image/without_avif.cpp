#include "image/encoders.hpp"
#include "image/raw_picture.hpp"

/// \file What stands in for AVIF in a build without libavif.
namespace imagegen::detail {
namespace {

Error absent() {
  return {Errc::unsupported, "AVIF: this build was made without libavif"};
}

}  // namespace

Result<FileHeader> read_avif_header(ByteView, const ImageLimits&) {
  return absent();
}

Result<RawPicture> decode_avif(ByteView, const FileHeader&, const Stop&) {
  return absent();
}

Result<Bytes> encode_avif(RowStream&, const EncodeJob&) {
  return absent();
}

}  // namespace imagegen::detail
