#pragma once
#include <zlib.h>

#include <stdexcept>
#include <string>
#include <string_view>

/// \file The content codings that a server may apply, in either direction of a doubt. Needs ZLIB::ZLIB.
namespace imagegen::test {

enum class Coding { gzip, zlib, bare_deflate };

inline std::string compressed(std::string_view text, Coding coding = Coding::gzip) {
  z_stream stream{};
  const int bits = coding == Coding::gzip ? 15 + 16 : coding == Coding::zlib ? 15 : -15;
  if (deflateInit2(&stream, 6, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2");
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int ended = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (ended != Z_STREAM_END) throw std::runtime_error("deflate");
  return out;
}

}  // namespace imagegen::test
