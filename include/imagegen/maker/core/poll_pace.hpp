#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

/// \file When to ask again whether a task at a provider is done. Pure: no clock, no I/O.
namespace imagegen {

/// How long PollPace waits. What is out of range is clamped, and no wait is longer than a day.
struct PollPaceOptions {
  std::chrono::milliseconds first{1'000};     ///< Longest wait before the first poll; at least 1.
  double growth = 1.5;                        ///< The next wait is at most so many times as long; 1..10.
  std::chrono::milliseconds longest{10'000};  ///< Longest wait of all.
  double jitter = 0.75;                       ///< The share of each wait that is drawn by lot; 0..1.
  /// What a poll and fetching the picture need: so long before the deadline it is asked for the last time.
  std::chrono::milliseconds reserve{2'000};
};

/// The waits between the polls of one task. Tasks with different ids wait differently, so that ten thousand that were
/// begun at one moment do not poll at one moment; the same id always waits alike. Values out of range are clamped.
class PollPace {
 public:
  /// \param task_id The provider's id of the task, from which alone the lot is drawn.
  PollPace(const PollPaceOptions& options, std::string_view task_id);

  /// How long to wait before the next poll.
  ///
  /// \param left Until the deadline. Where the next wait would go past it, a last poll is made shortly before.
  /// \param retry_after What the answer to the last poll asked for: it is not polled sooner, and still by lot.
  /// \return Nothing when no poll is left before the deadline: then the task is given up for now, and stays as it is.
  std::optional<std::chrono::milliseconds> next(std::chrono::nanoseconds left = std::chrono::nanoseconds::max(),
                                                std::optional<std::chrono::milliseconds> retry_after = std::nullopt);

 private:
  std::chrono::milliseconds part(std::chrono::milliseconds most);

  double growth_, jitter_;
  std::chrono::milliseconds wait_, longest_, reserve_;
  std::uint64_t random_;
  bool ended_ = false;
};

}  // namespace imagegen
