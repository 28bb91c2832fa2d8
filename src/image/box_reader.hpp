#pragma once
#include <imagegen/core/bytes.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace imagegen::detail {

/// Reads numbers of a box one after the other. Past its end they are 0, and ok() is false from then on.
class BoxReader {
 public:
  explicit BoxReader(ByteView data) : rest_(data) {}

  std::uint64_t number(std::size_t bytes) noexcept {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : take(bytes)) value = value << 8U | byte;
    return value;
  }
  std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(number(4)); }
  std::uint32_t u16() noexcept { return static_cast<std::uint32_t>(number(2)); }
  std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(number(1)); }

  /// Empty where there are fewer bytes.
  ByteView take(std::size_t bytes) noexcept {
    if (bytes > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const ByteView taken = rest_.first(bytes);
    rest_ = rest_.subspan(bytes);
    return taken;
  }

  bool ok() const noexcept { return ok_; }
  ByteView rest() const noexcept { return rest_; }

 private:
  ByteView rest_;
  bool ok_ = true;
};

struct Box {
  std::uint32_t name = 0;
  ByteView body;
};

/// The next box of `rest`, which is moved behind it; nothing at the end or where it is longer than what is there.
inline std::optional<Box> next_box(ByteView& rest) noexcept {
  BoxReader reader(rest);
  std::uint64_t bytes = reader.u32();
  const std::uint32_t name = reader.u32();
  if (bytes == 1) bytes = reader.number(8);
  const std::size_t header = rest.size() - reader.rest().size();
  if (bytes == 0) bytes = rest.size();
  if (!reader.ok() || bytes < header || bytes > rest.size()) return std::nullopt;
  const auto whole = static_cast<std::size_t>(bytes);
  const Box box{name, rest.subspan(header, whole - header)};
  rest = rest.subspan(whole);
  return box;
}

}  // namespace imagegen::detail
