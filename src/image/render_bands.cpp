#include <imagegen/maker/core/parallel.hpp>

#include <algorithm>
#include <memory>
#include <new>
#include <optional>

#include "image/banded_output.hpp"
#include "image/render_job.hpp"
#include "image/turn.hpp"

namespace imagegen::detail {
namespace {

// One way down the rows of the master, with a time limit of its own.
struct Walk {
  explicit Walk(const Stop& limit) : stop(limit) {}
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  Stop stop;
  RowSourcePtr rows;  // Refers to `stop`.
};

using WalkPtr = std::unique_ptr<Walk>;
using TakeBand = std::function<void(const SourceBand&)>;

Result<WalkPtr> begin_walk(const FileHeader& header, const RenderJob& job) {
  auto walk = std::make_unique<Walk>(job.stop());
  try {
    auto rows = open_rows(job.file, header, walk->stop);
    if (!rows) return rows.error();
    walk->rows = std::move(*rows);
    return walk;
  } catch (const std::bad_alloc&) {
    return out_of_memory(header.info.stored_size);
  }
}

Task<Result<WalkPtr>> walk_again(const FileHeader& header, const RenderJob& job) {
  auto walk = co_await run_watched(job.pool, job.cancelled, [&] { return begin_walk(header, job); });
  if (job.cancelled) co_return cancelled_error();
  co_return walk;
}

Result<int> read_band(Walk& walk, BandBuffer& band, int first) {
  try {
    return band.read(*walk.rows, first);
  } catch (const std::bad_alloc&) {
    return out_of_memory(walk.rows->format().size);
  }
}

bool take_band(const TakeBand& take, const SourceBand& band) {
  try {
    take(band);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

// Hands all bands to all receivers: while they take one, side by side, the next is read.
Task<Result<void>> walk_down(Walk& walk, const BandedMaster& master, const std::vector<TakeBand>& receivers,
                             const RenderJob& job) {
  BandBuffer buffers[2] = {BandBuffer(master, job.bands.band_bytes), BandBuffer(master, job.bands.band_bytes)};
  std::optional<Result<int>> read;
  std::atomic<bool> all_took = true;
  int next = 0;
  for (int turn = 0; !read || **read > 0; ++turn) {
    BandBuffer& coming = buffers[turn % 2];
    const SourceBand here = buffers[1 - turn % 2].band();
    read.reset();
    std::function<Task<void>(std::size_t)> step = [&](std::size_t i) -> Task<void> {
      if (i == 0) {
        read = co_await run_watched(job.pool, job.cancelled, [&] { return read_band(walk, coming, next); });
      } else {
        const bool took =
            co_await run_watched(job.pool, job.cancelled, [&] { return take_band(receivers[i - 1], here); });
        if (!took) all_took = false;
      }
    };
    const std::size_t steps = here.pixels.count > 0 ? receivers.size() + 1 : 1;
    co_await for_each_concurrently(steps, steps, step);
    if (job.cancelled || !read) co_return cancelled_error();
    if (!*read) co_return read->error();
    if (!all_took) co_return out_of_memory(master.size);
    next += **read;
  }
  co_return Result<void>();
}

// An output that can be made.
struct Planned {
  std::size_t index = 0;  // Of its spec.
  FitPlan plan;
  std::uint64_t bytes = 0;                             // What is held of it until it is encoded.
  std::shared_ptr<const Findings> findings = nullptr;  // Where pixels decided about its crop.
};

bool needs_the_whole(const RenditionSpec& spec) {
  return spec.trim || orientation_of(spec) != 1;
}

// Plans the outputs that are made in bands. What cannot be made is handed over as that.
Task<std::vector<Planned>> plan_outputs(const BandedMaster& master, const RenderJob& job) {
  std::vector<Planned> outputs;
  for (const std::size_t index : by_size(job.specs)) {
    if (needs_the_whole(job.specs[index])) continue;
    auto plan = untrimmed_plan(master.size, job.specs[index]);
    if (plan)
      outputs.push_back({index, *plan, BandedOutput::held_bytes(master, job.specs[index], *plan)});
    else
      co_await hand_over(job, index, plan.error());
  }
  co_return outputs;
}

// Puts the crops that pixels decide into their places, by a walk of its own.
Task<Result<void>> place_crops(WalkPtr walk, const BandedMaster& master, std::vector<Planned>& outputs,
                               const RenderJob& job) {
  BandedCopy copy(master, kInterestSide);
  const std::vector<TakeBand> receivers = {[&copy](const SourceBand& band) { copy.take(band); }};
  const auto walked = co_await walk_down(*walk, master, receivers, job);
  if (!walked) co_return walked;
  const auto place = [&] {
    const auto findings = std::make_shared<const Findings>(look_at(copy.finish(), master.size));
    for (Planned& output : outputs) {
      const RenditionSpec& spec = job.specs[output.index];
      if (!looks_at_pixels(spec)) continue;
      output.plan.crop = place_by_interest(*findings, spec, output.plan);
      output.findings = findings;
    }
    return true;
  };
  co_await run_watched(job.pool, job.cancelled, place);
  co_return Result<void>();
}

// As many outputs as may be held at one time, the first of `outputs`; they are taken from it.
std::vector<Planned> next_group(std::vector<Planned>& outputs, std::uint64_t room) {
  std::uint64_t held = 0;
  auto end = outputs.begin();
  while (end != outputs.end() && end->bytes <= room - held) held += (end++)->bytes;
  std::vector<Planned> group(outputs.begin(), end);
  outputs.erase(outputs.begin(), end);
  return group;
}

using Outputs = std::vector<std::unique_ptr<BandedOutput>>;

Result<Outputs> begin_outputs(const BandedMaster& master, const std::vector<Planned>& group, const RenderJob& job) {
  try {
    Outputs outputs;
    for (const Planned& planned : group) {
      const FitPlan plan = planned.plan.on_whole_pixels();
      outputs.push_back(std::make_unique<BandedOutput>(master, job.specs[planned.index], plan));
    }
    return outputs;
  } catch (const std::bad_alloc&) {
    return out_of_memory(master.size);
  }
}

Task<Result<void>> make_group(WalkPtr walk, const BandedMaster& master, const std::vector<Planned>& group,
                              const RenderJob& job) {
  auto begun = co_await run_watched(job.pool, job.cancelled, [&] { return begin_outputs(master, group, job); });
  if (job.cancelled) co_return cancelled_error();
  if (!begun) co_return begun.error();
  Outputs& outputs = *begun;
  std::vector<TakeBand> receivers;
  for (const auto& output : outputs) {
    receivers.emplace_back([of = output.get()](const SourceBand& band) { of->take(band); });
  }
  const auto walked = co_await walk_down(*walk, master, receivers, job);
  walk.reset();
  if (!walked) co_return walked;
  std::function<Task<void>(std::size_t)> finish = [&](std::size_t i) -> Task<void> {
    auto made = co_await run_watched(job.pool, job.cancelled, [&] {
      auto file = outputs[i]->finish(master, job.stop());
      outputs[i].reset();
      if (file && group[i].findings) add_subject(*group[i].findings, job.specs[group[i].index], *file);
      return file;
    });
    co_await hand_over(job, group[i].index, std::move(made));
  };
  co_await for_each_concurrently(group.size(), group.size(), finish);
  co_return Result<void>();
}

std::uint64_t room_for_outputs(const FileHeader& header) {
  const std::uint64_t held = comes_in_rows(header) ? 0 : held_bytes(header);
  return header.max_decoded_bytes - std::min(held, header.max_decoded_bytes);
}

Task<Result<void>> make_outputs(WalkPtr walk, const FileHeader& header, const BandedMaster& master,
                                std::vector<Planned> outputs, const RenderJob& job) {
  while (!outputs.empty()) {
    const auto group = next_group(outputs, room_for_outputs(header));
    if (group.empty()) {  // the largest is larger than all that may be held
      const std::uint64_t held = header.max_decoded_bytes - room_for_outputs(header);
      const auto checked = check_memory(held + outputs[0].bytes, header);
      co_await hand_over(job, outputs[0].index, checked.error());
      outputs.erase(outputs.begin());
      continue;
    }
    if (!walk) {
      auto again = co_await walk_again(header, job);
      if (!again) co_return again.error();
      walk = std::move(*again);
    }
    const auto made = co_await make_group(std::move(walk), master, group, job);
    if (!made || job.cancelled) co_return made;
  }
  co_return Result<void>();
}

}  // namespace

bool renders_in_bands(const FileHeader& header, const MasterNeeds& needs, const BandPlan& bands) {
  // A JPEG is held as it is stored, or made smaller while it is decoded.
  const bool jpeg = header.info.format == ImageFormat::jpeg;
  if (jpeg && (needs.reduce > 1 || header.info.orientation == 1)) return false;
  return decoded_bytes(header) > bands.largest_held;
}

namespace {

Task<Result<void>> walk_for_all(const FileHeader& header, const MasterNeeds& needs, const RenderJob& job) {
  auto walk = co_await walk_again(header, job);
  if (!walk) co_return walk.error();
  const RowFormat format = (*walk)->rows->format();
  const bool has_planes = needs.planes && format.bits == 8 && format.channels == 3;
  const BandedMaster master{header.info.size, format, has_planes, header.info.notes, kept_credits(job.file, job.specs)};
  auto outputs = co_await plan_outputs(master, job);
  const bool looks = std::any_of(outputs.begin(), outputs.end(),
                                 [&](const Planned& output) { return looks_at_pixels(job.specs[output.index]); });
  if (looks) {
    const auto placed = co_await place_crops(std::move(*walk), master, outputs, job);
    if (!placed) co_return placed;
    walk = WalkPtr();
  }
  if (outputs.empty()) co_return Result<void>();
  co_return co_await make_outputs(std::move(*walk), header, master, std::move(outputs), job);
}

// The others are made whatever becomes of these.
Task<void> make_of_the_whole(const FileHeader& header, const std::vector<std::size_t>& outputs, const RenderJob& job) {
  const auto made = co_await render_held(header, outputs, job);
  if (made) co_return;
  for (const std::size_t index : outputs) co_await hand_over(job, index, made.error());
}

}  // namespace

Task<Result<void>> render_in_bands(const FileHeader& header, const MasterNeeds& needs, const RenderJob& job) {
  std::vector<std::size_t> whole;
  for (const std::size_t index : by_size(job.specs)) {
    if (needs_the_whole(job.specs[index])) whole.push_back(index);
  }
  if (!whole.empty() && whole.size() == job.specs.size()) co_return co_await render_held(header, whole, job);
  const auto walked = co_await walk_for_all(header, needs, job);
  if (!walked || job.cancelled || whole.empty()) co_return walked;
  co_await make_of_the_whole(header, whole, job);
  co_return Result<void>();
}

}  // namespace imagegen::detail
