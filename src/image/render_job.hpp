#pragma once
#include <imagegen/image/renditions.hpp>

#include <boost/asio/this_coro.hpp>

#include <atomic>
#include <functional>

#include "image/raw_picture.hpp"
#include "image/rendering.hpp"
#include "image/row_source.hpp"

/// \file What the two ways of render_all() share: with the whole master in memory, and in bands of it.
namespace imagegen::detail {

using OnReady = std::function<Task<void>(std::size_t, Result<Rendition>)>;

/// What the outputs of one master share. Lives in the frame of render_all(), which outlives every use of it.
struct RenderJob {
  ByteView file;
  const std::vector<RenditionSpec>& specs;
  const ImageLimits& limits;
  const BandPlan& bands;
  ThreadPool& pool;
  const OnReady& on_ready;
  std::atomic<bool>& cancelled;

  Stop stop() const { return {&cancelled, limits.max_time}; }
};

/// While it lives, a request to cancel the coroutine whose state it was given sets the flag. Work on the pool cannot be
/// interrupted; it looks at the flag. The slot is free for this because ThreadPool::run() does not use it.
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

/// Runs `work` on the pool, and sets the flag when the awaiting coroutine is cancelled meanwhile. Returns only when the
/// work has ended, so `work` may refer to whatever the awaiting coroutine holds.
template <class Work>
Task<std::invoke_result_t<Work&>> run_watched(ThreadPool& pool, std::atomic<bool>& cancelled, Work work) {
  const FlagOnCancel watch(co_await boost::asio::this_coro::cancellation_state, cancelled);
  co_return co_await pool.run(std::move(work));
}

/// Hands an output over, unless nobody wants it any more. An exception of the receiver stops the others.
Task<void> hand_over(const RenderJob& job, std::size_t index, Result<Rendition> made);

/// What the file says of whose it is, where an output keeps that; else nothing.
Credits kept_credits(ByteView file, const std::vector<RenditionSpec>& specs);

/// Indices of outputs, largest first: what is left at the end is small, so no thread waits long for another.
std::vector<std::size_t> by_size(const std::vector<RenditionSpec>& specs);

/// "not enough memory for a picture of ..."
Error out_of_memory(PixelSize size);

/// Whether outputs of that master should be made in bands, because it is large.
bool renders_in_bands(const FileHeader& header, const MasterNeeds& needs, const BandPlan& bands);

/// Makes those outputs, in that order, of the whole master. Errors as render_all().
Task<Result<void>> render_held(const FileHeader& header, std::vector<std::size_t> outputs, const RenderJob& job);

/// Makes all outputs, in walks over the rows of the master; then those that need it whole, because they are turned or
/// lose a border. Errors as render_all().
Task<Result<void>> render_in_bands(const FileHeader& header, const MasterNeeds& needs, const RenderJob& job);

/// render_all() with other bands.
Task<Result<void>> render_all(ByteView file, std::vector<RenditionSpec> specs, const ImageLimits& limits,
                              ThreadPool& pool, OnReady on_ready, BandPlan bands);

}  // namespace imagegen::detail
