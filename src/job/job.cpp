#include <imagegen/job/job.hpp>

#include <algorithm>
#include <array>
#include <random>

namespace imagegen {
namespace {

constexpr std::array<std::string_view, 6> kStates = {"queued",           "running", "succeeded",
                                                     "partly_succeeded", "failed",  "cancelled"};
constexpr std::size_t kLongestId = 128, kLongestAnnouncementId = 160;

// 5 bits at a time, the highest first.
void append_base32(std::uint64_t value, int digits, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";  // Crockford: no i, l, o, u
  for (int i = digits - 1; i >= 0; --i) out += kDigits[(value >> (5 * static_cast<unsigned>(i))) & 31U];
}

bool is_id(std::string_view text, std::size_t longest) noexcept {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), fits);
}

}  // namespace

std::string_view to_string(JobState state) noexcept {
  return kStates[static_cast<std::size_t>(state)];
}

std::optional<JobState> parse_job_state(std::string_view text) {
  const auto found = std::find(kStates.begin(), kStates.end(), text);
  if (found == kStates.end()) return std::nullopt;
  return static_cast<JobState>(found - kStates.begin());
}

bool is_erased(const Job& job) noexcept {
  return job.input == kErasedJobInput;
}

std::string new_job_id(std::string_view prefix, Timestamp now) {
  std::random_device random;
  const auto bits40 = [&] { return (std::uint64_t{random()} << 32U | random()) >> 24U; };
  std::string id(prefix);
  append_base32(static_cast<std::uint64_t>(to_unix_ms(now)), 10, id);
  append_base32(bits40(), 8, id);
  append_base32(bits40(), 8, id);
  return id;
}

bool is_job_id(std::string_view text) noexcept {
  return is_id(text, kLongestId);
}

bool is_announcement_id(std::string_view text) noexcept {
  return is_id(text, kLongestAnnouncementId);
}

}  // namespace imagegen
