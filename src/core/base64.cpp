#include <imagegen/core/base64.hpp>

#include <array>

namespace imagegen {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kWrong = 0xFF, kSpace = 0xFE, kPadding = 0xFD;

constexpr std::array<std::uint8_t, 256> make_table() {
  std::array<std::uint8_t, 256> table{};
  for (auto& entry : table) entry = kWrong;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  table['-'] = 62;
  table['_'] = 63;
  table['='] = kPadding;
  for (const char space : {' ', '\t', '\r', '\n'}) table[static_cast<unsigned char>(space)] = kSpace;
  return table;
}
constexpr auto kTable = make_table();

Error corrupt(std::string_view what) {
  return {Errc::corrupt_data, "base64: " + std::string(what)};
}

}  // namespace

std::string to_base64(ByteView data) {
  std::string text;
  text.reserve((data.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < data.size(); i += 3) {
    const auto left = data.size() - i;
    const std::uint32_t group = (std::uint32_t{data[i]} << 16U) | (left > 1 ? std::uint32_t{data[i + 1]} << 8U : 0U) |
                                (left > 2 ? std::uint32_t{data[i + 2]} : 0U);
    text += kAlphabet[group >> 18U];
    text += kAlphabet[(group >> 12U) & 63U];
    text += left > 1 ? kAlphabet[(group >> 6U) & 63U] : '=';
    text += left > 2 ? kAlphabet[group & 63U] : '=';
  }
  return text;
}

Result<void> Base64Decoder::feed(std::string_view text) {
  if (failed_) return corrupt("fed after an error");
  for (const char c : text) {
    const auto value = kTable[static_cast<unsigned char>(c)];
    if (value == kSpace) continue;
    if (value == kPadding && ++padding_ <= 2) continue;
    if (value == kWrong || value == kPadding || padding_ > 0) {
      failed_ = true;
      return corrupt(value == kWrong ? "expected a letter of the alphabet, got another byte"
                                     : "text after its padding");
    }
    bits_ = (bits_ << 6U) | value;
    if (++symbols_ % 4 == 1) continue;
    if (out_.size() >= max_bytes_) {
      failed_ = true;
      return Error{Errc::limit_exceeded, "base64: expected at most " + std::to_string(max_bytes_) + " bytes, got more"};
    }
    out_.push_back(static_cast<std::uint8_t>(bits_ >> (6U - 2U * ((symbols_ - 1) % 4))));
  }
  return {};
}

Result<Bytes> Base64Decoder::finish() && {
  if (failed_) return corrupt("the text had an error");
  // One symbol alone is six bits of a byte; padding, where it is there, must fill the group.
  if (symbols_ % 4 == 1 || (padding_ > 0 && (symbols_ + padding_) % 4 != 0))
    return corrupt("the text ends inside a byte");
  out_.shrink_to_fit();  // it grew by doubling, and is kept for a while
  return std::move(out_);
}

}  // namespace imagegen
