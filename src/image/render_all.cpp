#include <imagegen/maker/core/parallel.hpp>

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <new>
#include <numeric>

#include "image/raw_picture.hpp"
#include "image/rendering.hpp"
#include "image/turn.hpp"

namespace imagegen {
namespace {

namespace this_coro = boost::asio::this_coro;

using OnReady = std::function<Task<void>(std::size_t, Result<Rendition>)>;

// While it lives, a request to cancel the coroutine whose state it was given sets the flag. Work on the pool cannot be
// interrupted; it looks at the flag. The slot is free for this because ThreadPool::run() does not use it.
class FlagOnCancel {
 public:
  FlagOnCancel(const boost::asio::cancellation_state& state, std::atomic<bool>& flag) : slot_(state.slot()) {
    if (state.cancelled() != boost::asio::cancellation_type::none) flag = true;
    if (slot_.is_connected()) slot_.assign([&flag](boost::asio::cancellation_type) { flag = true; });
  }
  ~FlagOnCancel() {
    if (slot_.is_connected()) slot_.clear();
  }
  FlagOnCancel(const FlagOnCancel&) = delete;
  FlagOnCancel& operator=(const FlagOnCancel&) = delete;

 private:
  boost::asio::cancellation_slot slot_;
};

// Runs `work` on the pool, and sets the flag when the awaiting coroutine is cancelled meanwhile. Returns only when the
// work has ended, so `work` may refer to whatever the awaiting coroutine holds.
template <class Work>
Task<std::invoke_result_t<Work&>> run_watched(ThreadPool& pool, std::atomic<bool>& cancelled, Work work) {
  const FlagOnCancel watch(co_await this_coro::cancellation_state, cancelled);
  co_return co_await pool.run(std::move(work));
}

std::int64_t pixels(PixelSize size) {
  return std::int64_t{size.width} * size.height;
}

// Largest first: what is left at the end is small, so no thread waits long for another.
std::vector<std::size_t> by_size(const std::vector<RenditionSpec>& specs) {
  std::vector<std::size_t> order(specs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return pixels(specs[a].size) > pixels(specs[b].size); });
  return order;
}

// What the outputs of one master share. Lives in the frame of render_all(), which outlives every use of it.
struct Job {
  const detail::TurnedMasters& masters;
  const std::vector<RenditionSpec>& specs;
  std::chrono::milliseconds max_time;
  ThreadPool& pool;
  const OnReady& on_ready;
  std::atomic<bool>& cancelled;
};

Result<detail::TurnedMasters> decode(ByteView file, const std::vector<RenditionSpec>& specs, const ImageLimits& limits,
                                     const std::atomic<bool>& cancelled) {
  const auto header = detail::read_header(file, limits);
  if (!header) return header.error();
  const detail::Stop stop(&cancelled, limits.max_time);
  try {
    auto upright = detail::decode_master(file, *header, detail::needs_of(header->info.size, specs), stop);
    if (!upright) return upright.error();
    return detail::TurnedMasters(std::move(*upright), specs);
  } catch (const std::bad_alloc&) {
    return Error(Errc::limit_exceeded, "not enough memory for a picture of " + to_string(header->info.stored_size));
  }
}

Task<void> make_output(const Job& job, std::size_t index) {
  auto made = co_await run_watched(job.pool, job.cancelled, [&job, index] {
    const RenditionSpec& spec = job.specs[index];
    return detail::render_master(job.masters.of(spec), spec, detail::Stop(&job.cancelled, job.max_time));
  });
  if (job.cancelled) co_return;
  try {
    co_await job.on_ready(index, std::move(made));
  } catch (...) {
    job.cancelled = true;  // nobody will take the others
    throw;
  }
}

}  // namespace

Task<Result<void>> render_all(ByteView file, std::vector<RenditionSpec> specs, const ImageLimits& limits,
                              ThreadPool& pool, OnReady on_ready) {
  // A co_await that throws because of a cancellation would leave while the pool still works on our memory.
  co_await this_coro::throw_if_cancelled(false);
  std::atomic<bool> cancelled = false;
  const auto masters = co_await run_watched(pool, cancelled, [&] { return decode(file, specs, limits, cancelled); });
  if (cancelled) co_return detail::cancelled_error();
  if (!masters) co_return masters.error();
  const auto order = by_size(specs);
  const Job job{*masters, specs, limits.max_time, pool, on_ready, cancelled};
  std::function<Task<void>(std::size_t)> make = [&](std::size_t i) { return make_output(job, order[i]); };
  co_await for_each_concurrently(order.size(), order.size(), make);
  const auto state = co_await this_coro::cancellation_state;
  if (cancelled || state.cancelled() != boost::asio::cancellation_type::none) co_return detail::cancelled_error();
  co_return Result<void>();
}

}  // namespace imagegen
