#include "image/jpeg_errors.hpp"

#include <jerror.h>

#include <type_traits>

namespace imagegen::detail {
namespace {

// Warnings after which pixels are missing or wrong. A picture that somebody paid for is not to be used half grey.
bool is_damage(int code) {
  return code == JWRN_HIT_MARKER || code == JWRN_JPEG_EOF || code == JWRN_HUFF_BAD_CODE || code == JWRN_MUST_RESYNC ||
         code == JWRN_ARITH_BAD_CODE;
}

Errc code_of(int message) {
  switch (message) {
    case JERR_OUT_OF_MEMORY:
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW:
      return Errc::limit_exceeded;
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_NOTIMPL:
    case JERR_SOF_UNSUPPORTED:
      return Errc::unsupported;
    default:
      return Errc::corrupt_data;
  }
}

}  // namespace

static_assert(std::is_standard_layout_v<JpegErrors>, "libjpeg's error manager is cast back to JpegErrors");

JpegErrors::JpegErrors() noexcept {
  jpeg_std_error(&manager_);
  manager_.error_exit = &on_error;
  manager_.emit_message = &on_message;
}

void JpegErrors::on_error(j_common_ptr codec) noexcept {
  auto* errors = reinterpret_cast<JpegErrors*>(codec->err);
  errors->code_ = code_of(codec->err->msg_code);
  codec->err->format_message(codec, errors->text_);
  std::longjmp(errors->mark_, 1);
}

void JpegErrors::on_message(j_common_ptr codec, int level) noexcept {
  if (level < 0 && is_damage(codec->err->msg_code)) on_error(codec);
}

void JpegErrors::give_up(j_common_ptr codec, Errc code, std::string_view text) noexcept {
  auto* errors = reinterpret_cast<JpegErrors*>(codec->err);
  errors->code_ = code;
  errors->text_[text.copy(errors->text_, sizeof errors->text_ - 1)] = '\0';
  std::longjmp(errors->mark_, 1);
}

}  // namespace imagegen::detail
