#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/encoding.hpp>
#include <imagegen/core/geometry.hpp>
#include <imagegen/core/task.hpp>
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/image/image_limits.hpp>

#include <atomic>
#include <functional>
#include <span>
#include <vector>

/// \file One master, many files.
namespace imagegen {

/// One file to cut out of a master: cropped to the size's aspect ratio (CSS `cover`), resized, encoded.
struct RenditionSpec {
  PixelSize size;  ///< px; larger than the crop is upscaled.
  CropPosition position;
  Encoding encoding;
};

struct Rendition {
  EncodedImage image;
  PixelRect crop;         ///< What was kept of the master, px, upright.
  bool upscaled = false;  ///< A side of the crop is smaller than the output's.
};

/// The crop box of `spec` in `master`; looks at the pixels for CropRule::attention and entropy.
PixelRect crop_box(const Bitmap& master, const RenditionSpec& spec);

/// Crops, resizes and encodes one output. Blocks; safe from any thread.
/// Errc::cancelled when `*cancelled` becomes true meanwhile (may be null); else as encode_image().
Result<Rendition> render(const Bitmap& master, const RenditionSpec& spec, const std::atomic<bool>* cancelled = nullptr);

/// Decodes `file` once and makes every output of `specs`, side by side on `pool`. Each is handed to `on_ready` on the
/// awaiting coroutine's executor as it is ready, with its index in `specs`; one that fails does not stop the others.
/// Calls of `on_ready` overlap where one waits for something. An exception in one is thrown when all have ended.
/// Cancelling the call stops resizing and encoding between rows; it returns when the pool has let go of its memory.
/// \param file Borrowed until the task ends.
/// \param pool Outlives the task, and must end before the context of the awaiting executor, which its threads wake.
/// \return Only what concerns the master itself: an Error of decode_image(), or Errc::cancelled.
Task<Result<void>> render_all(ByteView file, std::vector<RenditionSpec> specs, const ImageLimits& limits,
                              ThreadPool& pool,
                              std::function<Task<void>(std::size_t index, Result<Rendition>)> on_ready);

}  // namespace imagegen
