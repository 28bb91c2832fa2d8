#pragma once
#include <imagegen/core/result.hpp>

#include <csetjmp>
#include <cstdio>  // jpeglib.h needs it before
#include <string>
#include <string_view>

#include <jpeglib.h>

namespace imagegen::detail {

/// Turns libjpeg's way to fail into a Result.
///
/// libjpeg reports by a function that must not return. Throwing through C is not allowed, so it jumps: run() sets the
/// mark, and everything between the mark and the jump is C, or a lambda that holds nothing with a destructor.
class JpegErrors {
 public:
  JpegErrors() noexcept;
  JpegErrors(const JpegErrors&) = delete;
  JpegErrors& operator=(const JpegErrors&) = delete;

  jpeg_error_mgr* manager() noexcept { return &manager_; }

  /// Calls `step`, which calls libjpeg. False when libjpeg gave up; then error() says why.
  template <class Step>
  bool run(const Step& step) noexcept {
    if (setjmp(mark_) != 0) return false;
    step();
    return true;
  }

  /// Errc::unsupported, Errc::limit_exceeded or Errc::corrupt_data; what libjpeg says is in the message.
  Error error() const { return {code_, std::string("JPEG: ") + text_}; }

  /// Ends run() with an error of our own; for functions that libjpeg calls. `text` shorter than JMSG_LENGTH_MAX.
  [[noreturn]] static void give_up(j_common_ptr codec, Errc code, std::string_view text) noexcept;

 private:
  static void on_error(j_common_ptr codec) noexcept;
  static void on_message(j_common_ptr codec, int level) noexcept;

  jpeg_error_mgr manager_{};  // first, so that libjpeg's pointer to it is a pointer to this
  std::jmp_buf mark_{};
  Errc code_ = Errc::internal;
  char text_[JMSG_LENGTH_MAX] = {};
};

}  // namespace imagegen::detail
