#include <algorithm>
#include <new>

#include "image/checks.hpp"
#include "image/deep_resampler.hpp"
#include "image/extended_rows.hpp"
#include "image/orientation.hpp"
#include "image/overlaid_rows.hpp"
#include "image/render_steps.hpp"
#include "image/sharpened_rows.hpp"
#include "image/trim.hpp"
#include "image/turn.hpp"
#include "image/xmp.hpp"

namespace imagegen {
namespace detail {
namespace {

// A smaller JPEG is asked for when it still has this many times the pixels of the output on a side: what the kernel
// then does is not told from doing it all.
constexpr double kReserve = 1.499;
constexpr int kReductions[] = {8, 4, 2};

// `crop` of the master in the pixels of a form with sides of `form` px, and a `part`-th as many on each axis.
LineWindow line_of(double begin, double length, double part, int form) {
  const double from = begin * part;
  return {from, length * part, std::min(length * part, form - from)};
}
Window window_in(const PixelWindow& crop, double part, PixelSize form) {
  return {line_of(crop.x, crop.width, part, form.width), line_of(crop.y, crop.height, part, form.height)};
}

struct Colours {
  std::uint8_t rgba[4];
};

Colours background_of(const RenditionSpec& spec) {
  const bool opaque = spec.flatten || spec.encoding.format == ImageFormat::jpeg;
  const Colour colour = spec.background.value_or(Colour{255, 255, 255, static_cast<std::uint8_t>(opaque ? 255 : 0)});
  return {{colour.red, colour.green, colour.blue, opaque ? std::uint8_t{255} : colour.alpha}};
}

RowStreamPtr resized_rows(const Master& master, const FitPlan& plan, const ResizeOptions& options) {
  if (master.deep) return deep_resampled(*master.deep, window_of(plan.crop), plan.resized, options);
  const Bitmap& rgb = *master.rgb;
  if (master.reduce == 1 && plan.keeps_scale()) return rows_of(rgb, nearest_pixels(plan.crop));
  const auto window = window_in(plan.crop, 1.0 / master.reduce, rgb.size);
  if (options.linear_light) return deep_resampled(view_of(rgb), window, plan.resized, options);
  return resampled(view_of(rgb), window, plan.resized, options);
}

// `sharp` is what `rows` refer to until the encoder has them.
Result<Bytes> encode_pixels(RowStreamPtr rows, const FitPlan& plan, const RenditionSpec& spec, const EncodeJob& job) {
  if (spec.sharpen) rows = sharpened(std::move(rows), *spec.sharpen);
  Bitmap sharp;
  if (spec.blur_sigma > 0.0F) {
    sharp = collect(*narrowed(std::move(rows)));
    rows = blurred(sharp, spec.blur_sigma);
  }
  const auto [rgba] = background_of(spec);
  if (plan.is_padded()) rows = padded(std::move(rows), plan.canvas, plan.left, plan.top, rgba);
  if (spec.extend_with == MarginFill::background)
    rows = padded(std::move(rows), plan.output(), plan.extend.left, plan.extend.top, rgba);
  else
    rows = extended(std::move(rows), plan.extend, spec.extend_with);
  for (const Overlay& overlay : spec.overlays) rows = overlaid(std::move(rows), overlay);
  if (spec.flatten || spec.encoding.format == ImageFormat::jpeg) {
    rows = flattened(std::move(rows), {rgba[0], rgba[1], rgba[2]});
  }
  return encode_rows(std::move(rows), job);
}

// A plane of colour has a half or all of the columns and rows of the brightness, and so does what is made of it.
Window colour_window(const PixelWindow& crop, int reduce, PixelSize bright, PixelSize form, PixelSize output,
                     PixelSize colour_output) {
  const auto line = [&](double begin, double length, int bright_side, int form_side, int side, int colour_side) {
    const double part = (form_side == bright_side ? 1.0 : 0.5) / reduce;
    LineWindow window = line_of(begin, length, part, form_side);
    // The last sample of colour of an odd side stands for a column that is not there.
    const double covered = colour_side == side ? 1.0 : 2.0 * colour_side / side;
    window.length *= covered;
    return window;
  };
  return {line(crop.x, crop.width, bright.width, form.width, output.width, colour_output.width),
          line(crop.y, crop.height, bright.height, form.height, output.height, colour_output.height)};
}

// Colour that is resized as RGB and then halved by an encoder loses its finest detail, which nobody sees in it. A
// softer kernel leaves as much, so that a quality means the same number of bytes here as there; the softest where the
// colour came from a JPEG that has halved it before.
ResizeOptions colour_options(ResizeOptions options, bool halved_before) {
  const auto softened = [halved_before](ResizeKernel kernel) {
    const bool sharp = kernel == ResizeKernel::lanczos2 || kernel == ResizeKernel::lanczos3;
    if (halved_before) return sharp || kernel == ResizeKernel::cubic ? ResizeKernel::mitchell : kernel;
    return sharp ? ResizeKernel::cubic : kernel;
  };
  return {softened(options.kernel), softened(options.enlarge_kernel), options.linear_light};
}

PlanarRows resized_planes(const Master& master, const FitPlan& plan, const RenditionSpec& spec) {
  const YcbcrPicture& planes = *master.planes;
  const PlanarAxes axes = planar_axes(plan, spec, planes.y.size, planes.cb.size, master.reduce);
  const auto resampler = [](const Plane& plane, const ExactAxes& of, SampleRange range) {
    return std::make_unique<Resampler>(plane.view(), of.across, of.down, range);
  };
  PlanarRows rows;
  rows.y = resampler(planes.y, axes.bright, axes.bright_range);
  if (planes.is_grey()) return rows;
  rows.cb = resampler(planes.cb, axes.colour, axes.colour_range);
  rows.cr = resampler(planes.cr, axes.colour, axes.colour_range);
  return rows;
}

Result<void> check_steps(const RenditionSpec& spec) {
  if (auto checked = check_turn(spec); !checked) return checked;
  if (spec.trim) {
    if (auto checked = check_trim(*spec.trim); !checked) return checked;
  }
  if (spec.sharpen) {
    if (auto checked = check_sharpen(*spec.sharpen); !checked) return checked;
  }
  if (spec.blur_sigma != 0.0F) {
    if (auto checked = check_sigma(spec.blur_sigma); !checked) return checked;
  }
  if (auto checked = check_margins(spec.extend); !checked) return checked;
  return check_overlays(spec.overlays);
}

Result<FitPlan> checked_plan(PixelRect region, const RenditionSpec& spec) {
  auto plan = plan_region(region, spec);
  if (!plan) return plan;
  if (auto checked = check_encoding(plan->output(), spec.encoding); !checked) return checked.error();
  return plan;
}

}  // namespace

Result<FitPlan> untrimmed_plan(PixelSize master, const RenditionSpec& spec) {
  if (auto checked = check_steps(spec); !checked) return checked.error();
  const auto region = extracted(master, spec);
  return region ? checked_plan(*region, spec) : region.error();
}

Result<FitPlan> plan_of(const Master& master, const RenditionSpec& spec) {
  if (!spec.trim) return untrimmed_plan(master.size, spec);
  if (auto checked = check_steps(spec); !checked) return checked.error();
  const auto region = extracted(master.size, spec);
  return region ? checked_plan(trimmed(master, *region, *spec.trim), spec) : region.error();
}

namespace {

Result<Rendition> make(const Master& master, const RenditionSpec& spec, const Stop& stop) {
  auto plan = plan_of(master, spec);
  if (!plan) return plan.error();
  const Findings* findings = looks_at_pixels(spec) ? &findings_of(master) : nullptr;
  if (findings) plan->crop = place_by_interest(*findings, spec, *plan);
  *plan = plan->on_whole_pixels();
  ResizedRows rows;
  if (master.planes && stays_planar(spec, *plan))
    rows.planes = resized_planes(master, *plan, spec);
  else
    rows.pixels = resized_rows(master, *plan, spec.resize);
  auto made = finish_output(std::move(rows), *plan, spec, master.notes, master.credits, stop);
  if (made && findings) add_subject(*findings, spec, *made);
  return made;
}

double scale_of(const FitPlan& plan) {
  return std::max(static_cast<double>(plan.resized.width) / plan.crop.width,
                  static_cast<double>(plan.resized.height) / plan.crop.height);
}

}  // namespace

bool stays_planar(const RenditionSpec& spec, const FitPlan& plan) {
  return takes_planes(spec.encoding) && !plan.is_padded() && !spec.resize.linear_light && spec.blur_sigma == 0.0F &&
         !spec.sharpen && plan.output() == plan.resized && spec.overlays.empty();
}

PlanarAxes planar_axes(const FitPlan& plan, const RenditionSpec& spec, PixelSize bright, PixelSize colour, int reduce) {
  const bool video = spec.encoding.format == ImageFormat::webp;
  PlanarAxes axes;
  axes.bright = exact_axes(window_in(plan.crop, 1.0 / reduce, bright), plan.resized, spec.resize);
  axes.bright_range = video ? SampleRange::video_brightness : SampleRange::full;
  axes.colour_range = video ? SampleRange::video_colour : SampleRange::full;
  if (colour == PixelSize{}) return axes;
  const PixelSize size = colour_size(plan.resized, spec.encoding);
  const Window window = colour_window(plan.crop, reduce, bright, colour, plan.resized, size);
  axes.colour = exact_axes(window, size, colour_options(spec.resize, /*halved_before=*/colour != bright));
  return axes;
}

Result<Rendition> finish_output(ResizedRows rows, const FitPlan& plan, const RenditionSpec& spec,
                                std::vector<std::string> notes, const Credits& credits, const Stop& stop) {
  const auto xmp = xmp_packet(spec.provenance, spec.keep_credits ? with_found(spec.credits, credits) : spec.credits);
  if (!xmp) return xmp.error();
  note_unused(spec.encoding, notes);
  const EncodeJob job{spec.encoding, *xmp, stop, &notes};
  auto file = rows.planes.y ? encode_planes(std::move(rows.planes), job)
                            : encode_pixels(std::move(rows.pixels), plan, spec, job);
  if (!file) return file.error();
  return Rendition{{spec.encoding.format, plan.output(), std::move(*file)},
                   nearest_pixels(plan.crop),
                   plan.crop,
                   plan.upscaled(),
                   std::move(notes)};
}

bool needs_planes(PixelSize master, const RenditionSpec& spec) {
  const auto plan = untrimmed_plan(master, spec);
  return plan && (stays_planar(spec, *plan) || looks_at_pixels(spec));
}

MasterNeeds needs_of(PixelSize master, std::span<const RenditionSpec> specs) {
  MasterNeeds needs{false, false, 1};
  double largest = 0.0;
  for (const RenditionSpec& spec : specs) {
    const int orientation = orientation_of(spec);
    const bool is_upright = orientation == 1;
    // A border is looked for in all pixels, and how much is left of them is not known.
    if (spec.trim || !is_upright) needs.rgb = true;
    if (spec.trim) largest = std::max(largest, 1.0);
    const auto plan = untrimmed_plan(upright_size(master, orientation), spec);
    if (!plan) continue;
    (is_upright && stays_planar(spec, *plan) ? needs.planes : needs.rgb) = true;
    if (is_upright && looks_at_pixels(spec)) needs.planes = true;
    // What is looked at has as many pixels whatever the outputs are.
    if (looks_at_pixels(spec))
      largest = std::max(largest, kInterestSide / kReserve / std::max(master.width, master.height));
    largest = std::max(largest, scale_of(*plan));
  }
  if (!needs.planes) needs.rgb = true;
  for (const int reduce : kReductions) {
    if (largest > 0.0 && largest * reduce * kReserve <= 1.0) {
      needs.reduce = reduce;
      break;
    }
  }
  return needs;
}

Result<Rendition> render_master(const Master& master, const RenditionSpec& spec, const Stop& stop) {
  if (stop.requested()) return stop.error();
  try {
    return make(master, spec, stop);
  } catch (const std::bad_alloc&) {
    return Error(Errc::limit_exceeded, "not enough memory for a picture of " + to_string(spec.size));
  }
}

}  // namespace detail

Result<Rendition> render(const Bitmap& picture, const RenditionSpec& spec, const std::atomic<bool>* cancelled) {
  if (auto checked = detail::check_bitmap(picture); !checked) return checked.error();
  auto upright = detail::borrowed_master(picture);
  const detail::Stop stop(cancelled);
  if (stop.requested()) return stop.error();
  // So that the bytes are those of render_all().
  if (detail::needs_of(picture.size, {&spec, 1}).planes) detail::add_planes(upright);
  const detail::TurnedMasters masters(std::move(upright), {&spec, 1});
  return detail::render_master(masters.of(spec), spec, stop);
}

}  // namespace imagegen
