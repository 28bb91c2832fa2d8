#include "http/content_decoder.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <utility>

#include "http/ascii.hpp"

namespace imagegen {
namespace {

constexpr std::size_t kStartBytes = 2;          // which tell gzip and zlib from anything else
constexpr std::size_t kMaxStart = 256U << 10U;  // of a coding from which nothing has come
constexpr int kGzipOrZlib = 15 + 32;  // of inflateInit2(): the widest window, and whichever of the two headers comes
constexpr int kBareDeflate = -15;

Error bad_coding(std::string_view what) {
  return {Errc::bad_answer, "its gzip or deflate coding " + std::string(what)};
}

bool contains_word(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) { return to_lower(a) == b; };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

bool is_gzip(ByteView start) {
  return start.size() >= kStartBytes && start[0] == 0x1F && start[1] == 0x8B;
}
// RFC 1950, section 2.2: the method, and a check over both bytes.
bool is_zlib(ByteView start) {
  return start.size() >= kStartBytes && (start[0] & 0x0FU) == 8 && (start[0] * 256U + start[1]) % 31 == 0;
}
// How the texts begin that are sent here: in ASCII, or with a byte order mark.
bool is_text(ByteView start) {
  const auto is_ascii = [](std::uint8_t c) { return (c >= ' ' && c < 0x7F) || c == '\t' || c == '\r' || c == '\n'; };
  return std::all_of(start.begin(), start.end(), is_ascii) || as_text(start) == "\xEF\xBB";
}

}  // namespace

struct ContentDecoder::State {
  // between: a member has ended, and another may follow.
  enum class Mode : std::uint8_t { undecided, plain, coded, between, ended };

  bool names_deflate = false;
  Mode mode = Mode::undecided;
  Bytes start;  // until something is decoded: should it be no coding after all, it goes through as it is
  bool has_output = false;
  z_stream stream{};
  bool is_open = false;

  ~State() {
    if (is_open) inflateEnd(&stream);
  }

  int window() const {
    if (is_gzip(start)) return kGzipOrZlib;
    if (!names_deflate) return 0;
    if (is_zlib(start)) return kGzipOrZlib;
    return is_text(start) ? 0 : kBareDeflate;
  }

  Result<void> decide(const Out& out) {
    const int bits = window();
    if (bits == 0) return give_up(out);
    mode = Mode::coded;
    is_open = inflateInit2(&stream, bits) == Z_OK;
    if (!is_open) return Error{Errc::internal, "zlib cannot begin"};
    return inflate_all(start, out);
  }

  Result<void> give_up(const Out& out) {
    mode = Mode::plain;
    const Bytes held = std::exchange(start, {});
    if (!held.empty()) out(held);
    return {};
  }

  Result<void> feed_coded(ByteView data, const Out& out) {
    if (!has_output) start.insert(start.end(), data.begin(), data.end());
    return inflate_all(data, out);
  }

  Result<void> inflate_all(ByteView data, const Out& out) {
    std::array<std::uint8_t, 16U << 10U> plain;
    stream.next_in = const_cast<Bytef*>(data.data());  // zlib only reads there
    stream.avail_in = static_cast<uInt>(data.size());
    bool more = true;
    while (more && goes_on()) {
      stream.next_out = plain.data();
      stream.avail_out = static_cast<uInt>(plain.size());
      const int verdict = inflate(&stream, Z_NO_FLUSH);
      const auto made = plain.size() - stream.avail_out;
      has_output = has_output || made > 0 || verdict == Z_STREAM_END;
      if (made > 0 && !out(ByteView(plain).first(made))) return {};
      const bool is_damaged = verdict != Z_STREAM_END && verdict != Z_OK && verdict != Z_BUF_ERROR;
      if (is_damaged) return has_output ? Result<void>(bad_coding("is damaged")) : give_up(out);
      if (verdict == Z_STREAM_END) mode = Mode::between;
      more = stream.avail_in > 0 || stream.avail_out == 0;
    }
    if (has_output) start.clear();
    if (!has_output && start.size() > kMaxStart) return bad_coding("has no end to its beginning");
    return {};
  }

  // Several gzip files in a row are one (RFC 1952, section 2.2); anything else behind the first is nothing of it.
  bool goes_on() {
    if (mode != Mode::between || stream.avail_in == 0) return mode == Mode::coded;
    const bool another = *stream.next_in == 0x1F && inflateReset(&stream) == Z_OK;
    mode = another ? Mode::coded : Mode::ended;
    return another;
  }
};

bool ContentDecoder::may_be_coded(const HttpHeaders& headers) {
  const auto coding = headers.get("Content-Encoding");
  if (contains_word(coding, "gzip") || contains_word(coding, "deflate")) return true;
  const auto type = headers.get("Content-Type");
  return contains_word(type, "json") || type.starts_with("text/");
}

HttpHeaders ContentDecoder::without_coding(const HttpHeaders& headers) {
  HttpHeaders out;
  for (const auto& [name, value] : headers.entries()) {
    if (equal_ignoring_case(name, "Content-Encoding") || equal_ignoring_case(name, "Content-Length")) continue;
    out.add(name, value);
  }
  return out;
}

ContentDecoder::ContentDecoder(const HttpHeaders& headers) : state_(std::make_unique<State>()) {
  state_->names_deflate = contains_word(headers.get("Content-Encoding"), "deflate");
}
ContentDecoder::~ContentDecoder() = default;
ContentDecoder::ContentDecoder(ContentDecoder&&) noexcept = default;
ContentDecoder& ContentDecoder::operator=(ContentDecoder&&) noexcept = default;

Result<void> ContentDecoder::feed(ByteView data, const Out& out) {
  auto& state = *state_;
  if (state.mode == State::Mode::undecided) {
    const auto missing = std::min(kStartBytes - state.start.size(), data.size());
    state.start.insert(state.start.end(), data.begin(), data.begin() + static_cast<std::ptrdiff_t>(missing));
    data = data.subspan(missing);
    if (state.start.size() < kStartBytes) return {};
    if (auto decided = state.decide(out); !decided) return decided;
  }
  if (data.empty()) return {};
  if (state.mode == State::Mode::plain) {
    out(data);
    return {};
  }
  return state.mode == State::Mode::ended ? Result<void>() : state.feed_coded(data, out);
}

Result<void> ContentDecoder::finish(const Out& out) {
  auto& state = *state_;
  const bool is_under_way = state.mode == State::Mode::undecided || state.mode == State::Mode::coded;
  if (!is_under_way) return {};
  return state.has_output ? Result<void>(bad_coding("stops in the middle")) : state.give_up(out);
}

bool ContentDecoder::is_decoding() const noexcept {
  return state_->has_output;
}

}  // namespace imagegen
