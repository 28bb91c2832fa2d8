#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/encoding.hpp>
#include <imagegen/core/geometry.hpp>
#include <imagegen/core/task.hpp>
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/image/credits.hpp>
#include <imagegen/image/image_limits.hpp>
#include <imagegen/image/provenance.hpp>
#include <imagegen/image/resize.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// \file One master, many files.
namespace imagegen {

/// How a picture is brought into a box of another shape. The words of CSS `object-fit` and of sharp.
enum class Fit : std::uint8_t {
  cover,    ///< Fills the box; what stands out is cut off, RenditionSpec::position says where.
  contain,  ///< All of it inside the box; the rest of the box is background.
  fill,     ///< Stretched to the box.
  inside,   ///< As large as fits into the box; the output is no larger than the picture then is.
  outside,  ///< As small as covers the box; nothing is cut off.
};

/// "cover", "contain", "fill", "inside", "outside"
std::string_view to_string(Fit fit) noexcept;

/// Reads the names of to_string(). Errc::invalid_argument otherwise.
Result<Fit> parse_fit(std::string_view text);

/// sRGB with straight alpha.
struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0, alpha = 255;  ///< 0..255 each; alpha 255 is opaque.
  friend bool operator==(const Colour&, const Colour&) = default;
};

/// Reads "#rgb", "#rrggbb" or "#rrggbbaa", and "transparent", "white" and "black". Errc::invalid_argument otherwise.
Result<Colour> parse_colour(std::string_view text);

/// Cuts off the border of a picture as far as it has one colour.
struct Trim {
  int threshold = 10;                           ///< How far a channel may be from the colour of the border, 0..255.
  std::optional<Colour> colour = std::nullopt;  ///< Of the border; that of the top left pixel when absent.
  friend bool operator==(const Trim&, const Trim&) = default;
};

/// Sharpens what was resized, in lightness only. The numbers mean what they mean in sharp and libvips.
struct Sharpen {
  float sigma = 1.0F;   ///< px of the output, in [0.3, 10]: how far it looks.
  float flat = 1.0F;    ///< How much is added where little differs, in [0, 20].
  float jagged = 2.0F;  ///< The same at edges, in [0, 20].
  friend bool operator==(const Sharpen&, const Sharpen&) = default;
};

/// What is in the margins that are added to a picture.
enum class MarginFill : std::uint8_t {
  background,  ///< RenditionSpec::background.
  copy,        ///< The pixel at the edge.
  mirror,      ///< The picture mirrored at its edge, which stands twice.
  repeat,      ///< The picture again, as tiles.
};

/// "background", "copy", "mirror", "repeat"
std::string_view to_string(MarginFill fill) noexcept;

/// A picture that is laid over an output, such as a logo.
struct Overlay {
  std::shared_ptr<const Bitmap> picture;  ///< Not null. Its alpha counts.
  /// Where in the output it stands: the share of the free room that is left of and above it. No rule that looks at
  /// pixels.
  CropPosition position = {CropRule::focal_point, {1.0F, 1.0F}};
  float scale = 0.0F;    ///< Its width as a share of the output's, in [0.001, 1]; 0: as large as it is.
  float opacity = 1.0F;  ///< In [0, 1].
  int margin = 0;        ///< px that stay free at the edges of the output, and between tiles; 0..65535.
  bool tiled = false;    ///< Again and again over the whole output, from `position` on.
};

/// One file to make of a master: turned, cut, fitted into a box, resized, sharpened, blurred, extended, put under
/// overlays, encoded; in this order.
struct RenditionSpec {
  /// The box, px. A side that is 0 follows from the other; both 0: as large as what is cut.
  PixelSize size;
  CropPosition position;      ///< Fit::cover: what is kept. Fit::contain: where in the box the picture is.
  Encoding encoding;          ///< Format and settings of the file.
  Fit fit = Fit::cover;       ///< How the picture goes into the box.
  bool allow_upscale = true;  ///< When false, the output of a small master is smaller than the box instead.
  ResizeOptions resize = {};  ///< How new pixels are mixed.
  /// Behind transparent pixels that are flattened, and around a contained picture. Where there is none: transparent
  /// around a picture when the format can hold alpha, else white.
  std::optional<Colour> background = std::nullopt;
  bool flatten = false;     ///< Puts what has alpha onto the background. JPEG has no alpha and is flattened always.
  float blur_sigma = 0.0F;  ///< px of the output, in [0.3, 100]; 0 does not blur.
  /// Written into the file as XMP; nothing when absent.
  std::optional<Provenance> provenance = std::nullopt;
  int rotate = 0;                                   ///< Degrees clockwise, after the mirrors: 0, 90, 180 or 270.
  bool flip = false;                                ///< Upside down.
  bool flop = false;                                ///< Left becomes right.
  std::optional<PixelRect> extract = std::nullopt;  ///< Only this part of the turned master, px, is used.
  std::optional<Trim> trim = std::nullopt;          ///< What is used loses its border.
  std::optional<Sharpen> sharpen = std::nullopt;    ///< After the resize.
  Margins extend = {};                              ///< Added to the fitted picture, px, each 0..65535.
  MarginFill extend_with = MarginFill::background;  ///< What stands there.
  std::vector<Overlay> overlays = {};               ///< From the lowest to the uppermost, at most 16.
  Credits credits = {};       ///< Whose the picture is, written likewise.
  bool keep_credits = false;  ///< What `credits` says nothing of is as the master's file says; nothing else is kept of that.
};

/// What CropRule::attention or entropy was to keep of a master.
struct KeptSubject {
  PixelRect box;  ///< Around the face that counts most, or what stands out; px of the master, upright and turned.
  bool is_face = false;  ///< Else it is only what stands out.
  double kept = 0;       ///< Which share of the box is in the crop, 0..1.
  friend bool operator==(const KeptSubject&, const KeptSubject&) = default;
};

/// What render() made.
struct Rendition {
  EncodedImage image;     ///< The file, its format and its size.
  PixelRect crop;         ///< What was kept of the master, upright and turned: the whole pixels nearest to `window`.
  PixelWindow window;     ///< The same to fractions of a pixel.
  bool upscaled = false;  ///< A side of the crop is smaller than it is in the output.
  /// About the master, as of ImageInfo, faces that the crop cuts, and what of the encoding this file has not.
  std::vector<std::string> notes;
  /// Where pixels decided about the crop and anything stands out.
  std::optional<KeptSubject> subject = std::nullopt;
};

/// What render() would make of a master.
struct RenditionPlan {
  PixelSize size;                      ///< Of the output, px.
  PixelRect crop;                      ///< As of Rendition.
  PixelWindow window;                  ///< As of Rendition.
  bool upscaled = false;               ///< As of Rendition.
  std::vector<PixelRect> faces;        ///< All that were found in the master, upright and turned, the surest first; px.
  std::optional<KeptSubject> subject;  ///< As of Rendition; also where pixels do not decide, if there are faces.
  std::vector<std::string> notes;      ///< About the master, and one for each face that the crop cuts.
};

/// Says what render_all() would make, without resizing or encoding anything. One that cannot be made is an error and
/// does not stop the others. Blocks; safe from any thread. Errors as decode_image().
Result<std::vector<Result<RenditionPlan>>> plan_renditions(ByteView file, std::span<const RenditionSpec> specs,
                                                           const ImageLimits& limits = {});

/// What `spec` keeps of `master`, to whole px; all of it unless the fit is Fit::cover. Looks at the pixels for
/// CropRule::attention and entropy. Errc::invalid_argument as render().
Result<PixelRect> crop_box(const Bitmap& master, const RenditionSpec& spec);

/// Fits, resizes and encodes one output. Blocks; safe from any thread.
/// Errc::invalid_argument naming the field for a box, focus, blur or provenance out of range; Errc::cancelled when
/// `*cancelled` becomes true meanwhile (may be null); else as encode_image().
Result<Rendition> render(const Bitmap& master, const RenditionSpec& spec, const std::atomic<bool>* cancelled = nullptr);

/// Decodes `file` once and makes every output of `specs`, side by side on `pool`. Each is handed to `on_ready` on the
/// awaiting coroutine's executor as it is ready, with its index in `specs`; one that fails does not stop the others.
/// Calls of `on_ready` overlap where one waits for something. An exception in one is thrown when all have ended.
/// Cancelling the call stops resizing and encoding between rows; it returns when the pool has let go of its memory.
/// \param file Borrowed until the task ends.
/// \param pool Outlives the task, and must end before the context of the awaiting executor, which its threads wake.
///
/// A master of more than 128 MiB goes by in bands: each output takes its share of one while the next is read, and a PNG
/// that is not interlaced is never whole in memory. What is damaged anywhere in it is an Error before any output is handed over.
/// Outputs that are turned or trimmed need the whole picture, and fail for themselves where that is more than the limits
/// allow.
///
/// A JPEG master stays in YCbCr for outputs in lossy WebP or JPEG, and is decoded smaller when all outputs are.
/// \return Only what concerns the master itself: an Error of decode_image(), or Errc::cancelled.
Task<Result<void>> render_all(ByteView file, std::vector<RenditionSpec> specs, const ImageLimits& limits,
                              ThreadPool& pool,
                              std::function<Task<void>(std::size_t index, Result<Rendition>)> on_ready);

}  // namespace imagegen
