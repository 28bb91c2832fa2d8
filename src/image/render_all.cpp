#include <imagegen/maker/core/parallel.hpp>

#include <algorithm>
#include <new>
#include <numeric>

#include "image/render_job.hpp"
#include "image/turn.hpp"

namespace imagegen {
namespace detail {
namespace {

namespace this_coro = boost::asio::this_coro;

std::int64_t pixels(PixelSize size) {
  return std::int64_t{size.width} * size.height;
}

using Masters = TurnedMasters;

Result<Masters> decode(const FileHeader& header, const std::vector<RenditionSpec>& specs, const RenderJob& job) {
  const Stop stop = job.stop();
  try {
    auto upright = decode_master(job.file, header, needs_of(header.info.size, specs), stop);
    if (!upright) return upright.error();
    if (auto checked = check_memory(Masters::bytes(*upright, specs), header); !checked) return checked.error();
    upright->credits = kept_credits(job.file, specs);
    return Masters(std::move(*upright), specs);
  } catch (const std::bad_alloc&) {
    return out_of_memory(header.info.stored_size);
  }
}

Task<void> make_output(const RenderJob& job, const Masters& masters, std::size_t index) {
  auto made = co_await run_watched(job.pool, job.cancelled, [&job, &masters, index] {
    const RenditionSpec& spec = job.specs[index];
    return render_master(masters.of(spec), spec, job.stop());
  });
  co_await hand_over(job, index, std::move(made));
}

}  // namespace

Task<void> hand_over(const RenderJob& job, std::size_t index, Result<Rendition> made) {
  if (job.cancelled) co_return;
  try {
    co_await job.on_ready(index, std::move(made));
  } catch (...) {
    job.cancelled = true;  // nobody will take the others
    throw;
  }
}

Task<Result<void>> render_held(const FileHeader& header, std::vector<std::size_t> outputs, const RenderJob& job) {
  std::vector<RenditionSpec> specs;
  for (const std::size_t index : outputs) specs.push_back(job.specs[index]);
  const auto masters = co_await run_watched(job.pool, job.cancelled, [&] { return decode(header, specs, job); });
  if (job.cancelled) co_return cancelled_error();
  if (!masters) co_return masters.error();
  std::function<Task<void>(std::size_t)> make = [&](std::size_t i) { return make_output(job, *masters, outputs[i]); };
  co_await for_each_concurrently(outputs.size(), outputs.size(), make);
  co_return Result<void>();
}

Credits kept_credits(ByteView file, const std::vector<RenditionSpec>& specs) {
  const auto keeps = [](const RenditionSpec& spec) { return spec.keep_credits; };
  return std::any_of(specs.begin(), specs.end(), keeps) ? find_credits(file) : Credits{};
}

std::vector<std::size_t> by_size(const std::vector<RenditionSpec>& specs) {
  std::vector<std::size_t> order(specs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return pixels(specs[a].size) > pixels(specs[b].size); });
  return order;
}

Error out_of_memory(PixelSize size) {
  return {Errc::limit_exceeded, "not enough memory for a picture of " + to_string(size)};
}

Task<Result<void>> render_all(ByteView file, std::vector<RenditionSpec> specs, const ImageLimits& limits,
                              ThreadPool& pool, OnReady on_ready, BandPlan bands) {
  // A co_await that throws because of a cancellation would leave while the pool still works on our memory.
  co_await this_coro::throw_if_cancelled(false);
  std::atomic<bool> cancelled = false;
  const auto header = co_await run_watched(pool, cancelled, [&] { return read_header(file, limits); });
  if (cancelled) co_return cancelled_error();
  if (!header) co_return header.error();
  const RenderJob job{file, specs, limits, bands, pool, on_ready, cancelled};
  const MasterNeeds needs = needs_of(header->info.size, specs);
  const bool in_bands = renders_in_bands(*header, needs, bands);
  const auto largest_first = by_size(specs);  // outlives the task, which begins later
  auto task = in_bands ? render_in_bands(*header, needs, job) : render_held(*header, largest_first, job);
  const auto done = co_await std::move(task);
  const auto state = co_await this_coro::cancellation_state;
  if (cancelled || state.cancelled() != boost::asio::cancellation_type::none) co_return cancelled_error();
  co_return done;
}

}  // namespace detail

Task<Result<void>> render_all(ByteView file, std::vector<RenditionSpec> specs, const ImageLimits& limits,
                              ThreadPool& pool,
                              std::function<Task<void>(std::size_t index, Result<Rendition>)> on_ready) {
  return detail::render_all(file, std::move(specs), limits, pool, std::move(on_ready), {});
}

}  // namespace imagegen
