#include <algorithm>
#include <new>

#include "image/master.hpp"
#include "image/raw_picture.hpp"
#include "image/rendering.hpp"
#include "image/turn.hpp"

namespace imagegen {
namespace detail {
namespace {

Result<RenditionPlan> planned(const Master& master, const RenditionSpec& spec) {
  auto plan = plan_of(master, spec);
  if (!plan) return plan.error();
  const Findings& findings = findings_of(master);
  const bool looks = looks_at_pixels(spec);
  if (looks) plan->crop = place_by_interest(findings, spec, *plan);
  *plan = plan->on_whole_pixels();
  RenditionPlan made{plan->output(), nearest_pixels(plan->crop), plan->crop, plan->upscaled(), findings.faces, {},
                     master.notes};
  if (looks || !findings.faces.empty()) made.subject = kept_subject(findings, spec.position.rule, plan->crop);
  const auto cut = cut_faces(findings, plan->crop, made.size);
  made.notes.insert(made.notes.end(), cut.begin(), cut.end());
  return made;
}

// What the outputs are made of, so that the plan is theirs; and enough of it for faces, which are looked for always.
MasterNeeds needs_to_look(PixelSize master, std::span<const RenditionSpec> specs) {
  MasterNeeds needs = needs_of(master, specs);
  needs.planes = true;
  while (needs.reduce > 1 && std::max(master.width, master.height) / needs.reduce < kInterestSide) needs.reduce /= 2;
  return needs;
}

}  // namespace
}  // namespace detail

Result<std::vector<Result<RenditionPlan>>> plan_renditions(ByteView file, std::span<const RenditionSpec> specs,
                                                           const ImageLimits& limits) {
  const auto header = detail::read_header(file, limits);
  if (!header) return header.error();
  const detail::Stop stop(nullptr, limits.max_time);
  try {
    auto upright = detail::decode_master(file, *header, detail::needs_to_look(header->info.size, specs), stop);
    if (!upright) return upright.error();
    const auto bytes = detail::TurnedMasters::bytes(*upright, specs);
    if (auto checked = detail::check_memory(bytes, *header); !checked) return checked.error();
    const detail::TurnedMasters masters(std::move(*upright), specs);
    std::vector<Result<RenditionPlan>> plans;
    for (const RenditionSpec& spec : specs) plans.push_back(detail::planned(masters.of(spec), spec));
    return plans;
  } catch (const std::bad_alloc&) {
    return Error(Errc::limit_exceeded, "not enough memory for a picture of " + to_string(header->info.stored_size));
  }
}

}  // namespace imagegen
