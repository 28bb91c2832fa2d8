#pragma once
#include <imagegen/image/renditions.hpp>

#include "image/fit.hpp"
#include "image/master.hpp"
#include "image/stop.hpp"
#include "image/subject.hpp"

namespace imagegen::detail {

/// What decoding should give so that every output can be made. Outputs that cannot be made at all do not count.
MasterNeeds needs_of(PixelSize master, std::span<const RenditionSpec> specs);

/// Whether it is made of planes, or looked at in them.
bool needs_planes(PixelSize master, const RenditionSpec& spec);

/// Where its pixels come from and go to. `master` is turned as it asks for. Errors as render().
Result<FitPlan> plan_of(const Master& master, const RenditionSpec& spec);

/// Makes one output of a master that is turned as it asks for. Errors as render(), and those of `stop`.
Result<Rendition> render_master(const Master& master, const RenditionSpec& spec, const Stop& stop);

/// Whether place_by_interest() has anything to do. Then the master should have planes if it can: whether an output is
/// made of them depends on the others, and what is seen must not.
bool looks_at_pixels(const RenditionSpec& spec) noexcept;

/// The part of the master that the plan of Fit::cover keeps when pixels decide.
PixelWindow place_by_interest(const Findings& findings, const RenditionSpec& spec, const FitPlan& plan);

/// What is seen in a master, looked for once, whoever asks first. For outputs that looks_at_pixels().
const Findings& findings_of(const Master& master);

/// What an output says of its subject.
void add_subject(const Findings& findings, const RenditionSpec& spec, Rendition& made);

}  // namespace imagegen::detail
