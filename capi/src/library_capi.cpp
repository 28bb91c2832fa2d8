#include <imagegen/core/version.hpp>

#include "boundary.hpp"

namespace capi = imagegen::capi;
using imagegen::Errc;

uint32_t imagegen_abi_version(void) {
  return (uint32_t{IMAGEGEN_ABI_MAJOR} << 16U) | IMAGEGEN_ABI_MINOR;
}

const char* imagegen_version(void) {
  return imagegen::version().data();  // of a literal, so it ends in NUL
}

const char* imagegen_status_name(imagegen_status status) {
  switch (status) {
    case IMAGEGEN_OK:
      return "OK";
    case IMAGEGEN_NOTHING:
      return "NOTHING";
    case IMAGEGEN_CLOSED:
      return "CLOSED";
    default:
      break;
  }
  if (status < IMAGEGEN_INTERNAL || status > IMAGEGEN_OUTCOME_UNKNOWN) return "UNKNOWN";
  return to_string(static_cast<Errc>(status)).data();  // of a literal too
}

imagegen_status imagegen_operations(imagegen_bytes** out_json, imagegen_error** out_error) {
  return capi::create_handle<capi::BytesPtr>(out_json, out_error, []() -> imagegen::Result<capi::BytesPtr> {
    return std::make_shared<const imagegen::SharedBytes>(imagegen::to_bytes(imagegen::operations_json()));
  });
}

size_t imagegen_live_handles(void) {
  return capi::guarded_value(size_t{0}, [] { return capi::live_handles(); });
}

imagegen_status imagegen_error_status(const imagegen_error* error) {
  return capi::guarded_value(imagegen_status{IMAGEGEN_OK}, [&]() -> imagegen_status {
    const auto found = capi::find_handle<capi::FailurePtr>(capi::number_of(error));
    return found ? found->status : IMAGEGEN_OK;
  });
}

const char* imagegen_error_message(const imagegen_error* error) {
  return capi::guarded_value("", [&]() -> const char* {
    const auto found = capi::find_handle<capi::FailurePtr>(capi::number_of(error));
    return found ? found->failure.error.message.c_str() : "";
  });
}

const char* imagegen_error_json(const imagegen_error* error) {
  return capi::guarded_value("{}", [&]() -> const char* {
    const auto found = capi::find_handle<capi::FailurePtr>(capi::number_of(error));
    return found ? found->json.c_str() : "{}";
  });
}

void imagegen_error_destroy(imagegen_error* error) {
  capi::guarded_value(0, [&] { return capi::drop_handle<capi::FailurePtr>(capi::number_of(error)), 0; });
}

imagegen_status imagegen_bytes_create(const void* data, size_t size, imagegen_bytes** out_bytes,
                                      imagegen_error** out_error) {
  return capi::create_handle<capi::BytesPtr>(out_bytes, out_error, [&]() -> imagegen::Result<capi::BytesPtr> {
    const auto view = capi::get_bytes(data, size, "data");
    if (!view) return view.error();
    return std::make_shared<const imagegen::SharedBytes>(imagegen::SharedBytes::copy_of(*view));
  });
}

const uint8_t* imagegen_bytes_data(const imagegen_bytes* bytes) {
  return capi::guarded_value(static_cast<const uint8_t*>(nullptr), [&]() -> const uint8_t* {
    const auto found = capi::find_handle<capi::BytesPtr>(capi::number_of(bytes));
    return found && found->size() > 0 ? found->view().data() : nullptr;
  });
}

size_t imagegen_bytes_size(const imagegen_bytes* bytes) {
  return capi::guarded_value(size_t{0}, [&]() -> size_t {
    const auto found = capi::find_handle<capi::BytesPtr>(capi::number_of(bytes));
    return found ? found->size() : 0;
  });
}

imagegen_status imagegen_bytes_retain(imagegen_bytes* bytes) {
  return capi::guarded_value(imagegen_status{IMAGEGEN_INTERNAL}, [&]() -> imagegen_status {
    return capi::retain_bytes(capi::number_of(bytes)) ? IMAGEGEN_OK : IMAGEGEN_INVALID_ARGUMENT;
  });
}

void imagegen_bytes_release(imagegen_bytes* bytes) {
  capi::guarded_value(0, [&] { return capi::drop_handle<capi::BytesPtr>(capi::number_of(bytes)), 0; });
}
