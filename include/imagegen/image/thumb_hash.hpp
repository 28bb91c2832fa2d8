#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/image/image_limits.hpp>

#include <array>
#include <string>

/// \file ThumbHash: a blurred picture in 17 to 25 bytes, to show while the real one loads.
/// Source of the format: E. Wallace, "ThumbHash", https://evanw.github.io/thumbhash/.
namespace imagegen {

/// Makes the ThumbHash of a picture of 1, 3 or 4 channels and any size; one above 100x100 px is shrunk to fit first.
/// Of a picture that is opaque everywhere the hash has no alpha, whatever its channels.
///
/// \return 17 to 25 bytes, the same on every machine; Errc::invalid_argument for a bitmap whose bytes do not fit its
/// size. Safe from any thread; linear in the pixels.
Result<Bytes> thumb_hash(const Bitmap& picture);

/// thumb_hash() in base64, the form that web pages and records carry.
Result<std::string> thumb_hash_base64(const Bitmap& picture);

/// The ThumbHash of a picture file, read at a small scale: a PNG row by row, a JPEG decoded to no more than a few times
/// the size that counts; others whole, within the limits. A PNG gives the hash of decode_image(); that of a JPEG may
/// differ from it in its last bits. What is damaged is an error, as with decode_image(), whose errors these are.
/// The same bytes on every machine. Safe from any thread.
Result<Bytes> thumb_hash_of_file(ByteView file, const ImageLimits& limits = {});

/// What a hash stands for.
/// \return RGBA; its longer side is 32 px, the other follows from the hash and is 5 to 32 px.
///         Errc::corrupt_data for bytes that no picture has as its hash: of another length than their header asks for,
///         or with an impossible aspect ratio.
/// The same bytes on every machine. Safe from any thread.
Result<Bitmap> thumb_hash_picture(ByteView hash);

/// The average colour that a hash holds: red, green, blue and straight alpha. Errors as thumb_hash_picture().
Result<std::array<std::uint8_t, 4>> thumb_hash_average(ByteView hash);

}  // namespace imagegen
