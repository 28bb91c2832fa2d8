#pragma once
#include <imagegen/http/http_message.hpp>

#include <cstddef>
#include <memory>

/// \file Bytes off the wire in, an answer out. No socket and no clock.
namespace imagegen {

struct ResponseLimits {
  bool to_head = false;  ///< The answer to a HEAD has no body, whatever its headers say.
  std::size_t max_header_bytes = 64U << 10U;
  std::size_t max_body_bytes = 16U << 20U;
  BodySink* sink = nullptr;  ///< Takes the body of a 2xx answer; must outlive the reader.
};

/// Reads one answer. Interim answers (100, 102, 103) are passed over, and gzip and deflate undone. Not thread-safe.
class ResponseReader {
 public:
  explicit ResponseReader(const ResponseLimits& limits);
  ~ResponseReader();
  ResponseReader(const ResponseReader&) = delete;
  ResponseReader& operator=(const ResponseReader&) = delete;

  /// Takes the next bytes, cut anywhere. Errc::bad_answer for what is not HTTP, limit_exceeded, or the sink's error;
  /// after an error, and once done(), the reader takes no more.
  Result<void> feed(ByteView data);

  /// The peer has closed in an orderly way: the end of a body without a length, and Errc::bad_answer for any other.
  Result<void> end_of_stream();

  bool done() const noexcept;
  bool has_status() const noexcept;  ///< The status line of the final answer came.
  bool is_success() const noexcept;  ///< Its status is a 2xx.
  bool body_begun() const noexcept;  ///< A byte of its body came that is no blank, and its sink waits no longer.
  bool can_end_here() const noexcept;  ///< A sink has enough, or an error its JSON object; end_here() makes it done.
  bool is_complete() const noexcept;   ///< Nothing more is needed.
  bool can_reuse() const noexcept;   ///< Done; the connection may carry another request.
  void end_here() noexcept;
  HttpResponse take();               ///< Once done().

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace imagegen
