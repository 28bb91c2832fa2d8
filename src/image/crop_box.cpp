#include "image/checks.hpp"
#include "image/rendering.hpp"
#include "image/turn.hpp"

namespace imagegen {
namespace detail {
bool looks_at_pixels(const RenditionSpec& spec) noexcept {
  return spec.fit == Fit::cover && looks_at_pixels(spec.position.rule) && spec.size.width > 0 && spec.size.height > 0;
}

const Findings& findings_of(const Master& master) {
  LazyFindings& lazy = *master.findings;
  std::call_once(lazy.once, [&] { lazy.findings = look_at(small_copy(master, kInterestSide), master.size); });
  return lazy.findings;
}

PixelWindow place_by_interest(const Findings& findings, const RenditionSpec& spec, const FitPlan& plan) {
  return best_window(findings, spec.position.rule, plan.crop, plan.region);
}

void add_subject(const Findings& findings, const RenditionSpec& spec, Rendition& made) {
  made.subject = kept_subject(findings, spec.position.rule, made.window);
  const auto cut = cut_faces(findings, made.window, made.image.size);
  made.notes.insert(made.notes.end(), cut.begin(), cut.end());
}

}  // namespace detail

Result<PixelRect> crop_box(const Bitmap& picture, const RenditionSpec& spec) {
  if (auto checked = detail::check_bitmap(picture); !checked) return checked.error();
  auto upright = detail::borrowed_master(picture);
  if (detail::looks_at_pixels(spec)) detail::add_planes(upright);
  const detail::TurnedMasters masters(std::move(upright), {&spec, 1});
  const detail::Master& master = masters.of(spec);
  const auto plan = detail::plan_of(master, spec);
  if (!plan) return plan.error();
  if (!detail::looks_at_pixels(spec)) return nearest_pixels(plan->crop);
  return nearest_pixels(detail::place_by_interest(detail::findings_of(master), spec, *plan));
}

}  // namespace imagegen
