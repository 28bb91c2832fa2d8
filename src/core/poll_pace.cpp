#include <imagegen/maker/core/poll_pace.hpp>

#include <algorithm>
#include <cmath>

#include "core/split_mix.hpp"

namespace imagegen {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds kDay{86'400'000};

// FNV-1a (Fowler, Noll, Vo): alike on every machine, which std::hash is not.
std::uint64_t seed_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash;
}

milliseconds times(milliseconds wait, double factor) {
  return milliseconds{std::llround(static_cast<double>(wait.count()) * factor)};
}

}  // namespace

PollPace::PollPace(const PollPaceOptions& options, std::string_view task_id)
    : growth_(std::clamp(options.growth, 1.0, 10.0)),
      jitter_(std::clamp(options.jitter, 0.0, 1.0)),
      wait_(std::clamp(options.first, milliseconds{1}, kDay)),
      longest_(std::clamp(options.longest, wait_, kDay)),
      reserve_(std::clamp(options.reserve, milliseconds{0}, kDay)),
      random_(seed_of(task_id)) {}

std::optional<milliseconds> PollPace::next(nanoseconds left, std::optional<milliseconds> retry_after) {
  if (ended_) return std::nullopt;
  const auto by_lot = times(wait_, jitter_);
  const auto least = std::max(wait_ - by_lot, std::clamp(retry_after.value_or(milliseconds{0}), milliseconds{0}, kDay));
  const auto delay = std::max(least + part(by_lot), milliseconds{1});
  wait_ = std::min(times(wait_, growth_), longest_);
  const auto last = std::chrono::duration_cast<milliseconds>(left) - reserve_;
  if (delay <= last) return delay;
  // Not all at the last moment either: tasks that were begun together have one deadline.
  ended_ = true;
  const auto room = times(last, jitter_);
  const auto sooner = last - part(room);
  if (sooner < std::max(milliseconds{1}, retry_after.value_or(milliseconds{0}))) return std::nullopt;
  return sooner;
}

// Anything from nothing to `most`.
milliseconds PollPace::part(milliseconds most) {
  random_ += kSplitMixStep;
  const auto range = static_cast<std::uint64_t>(std::max<std::int64_t>(most.count(), 0)) + 1;
  return milliseconds{static_cast<std::int64_t>(split_mix(random_) % range)};
}

}  // namespace imagegen
