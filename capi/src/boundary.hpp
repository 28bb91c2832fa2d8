#pragma once
#include <imagegen/core/result.hpp>

#include <cstring>
#include <exception>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include "handles.hpp"

// What every function of the C API goes through: no exception leaves, every failure becomes a status and an error.
namespace imagegen::capi {

constexpr std::size_t kLargestText =
    64U << 20U;  // bytes; what a document may have is less, and checked where it is read
constexpr std::size_t kLargestBytes = std::size_t{1} << 30U;

inline imagegen_status status_of(Errc code) {
  return static_cast<imagegen_status>(code);
}

// Puts a failure into `out`, where one is wanted. \return Its status.
imagegen_status fail(OperationFailure failure, imagegen_error** out, std::optional<imagegen_status> as = {}) noexcept;
inline imagegen_status fail(Error error, imagegen_error** out, std::optional<imagegen_status> as = {}) noexcept {
  return fail(to_failure(std::move(error)), out, as);
}

// Runs a body that gives Result<void>; the one place where exceptions end. \param as Looked at where the body fails: a
// status that is no code of an error.
template <class Body>
imagegen_status guarded(imagegen_error** out_error, Body body,
                        const std::optional<imagegen_status>& as = std::nullopt) noexcept {
  if (out_error) *out_error = nullptr;
  try {
    const Result<void> done = body();
    if (done) return IMAGEGEN_OK;
    return fail(done.error(), out_error, as);
  } catch (const std::bad_alloc&) {
    return fail(Error{Errc::limit_exceeded, "out of memory"}, out_error);
  } catch (const std::exception& thrown) {
    return fail(Error{Errc::internal, thrown.what()}, out_error);
  } catch (...) {
    return fail(Error{Errc::internal, "an exception that is no std::exception"}, out_error);
  }
}

// For functions that give a value and no status.
template <class Value, class Body>
Value guarded_value(Value otherwise, Body body) noexcept {
  try {
    return body();
  } catch (...) {
    return otherwise;
  }
}

// Runs a body that gives a Result of a thing, and hands out a handle of it.
template <class Ptr, class Handle, class Body>
imagegen_status create_handle(Handle** out, imagegen_error** out_error, Body body) noexcept {
  if (out) *out = nullptr;
  return guarded(out_error, [&]() -> Result<void> {
    if (!out) return Error{Errc::invalid_argument, "the out parameter: expected an address, got NULL"};
    auto made = body();
    if (!made) return made.error();
    const auto number = add_handle(Ptr(std::move(*made)));
    if (!number) return number.error();
    *out = to_handle<Ptr>(*number);
    return {};
  });
}

template <class Ptr>
Result<Ptr> get(const void* handle, std::string_view name) {
  if (auto found = find_handle<Ptr>(number_of(handle))) return found;
  return Error{Errc::invalid_argument,
               std::string(name) + (handle ? ": expected a live handle of this kind, got one that was destroyed, is of "
                                             "another kind or never was one"
                                           : ": expected a handle, got NULL")};
}

// A runtime that this process may use.
Result<RuntimePtr> get_runtime(const imagegen_runtime* handle);

// Text of the caller. \param otherwise For NULL; without it NULL is an error. Errc::invalid_argument for bad UTF-8.
Result<std::string_view> get_text(const char* text, std::string_view name,
                                  std::optional<std::string_view> otherwise = {});

// Bytes of the caller. Errc::invalid_argument for NULL with a size, Errc::limit_exceeded above 1 GiB.
Result<ByteView> get_bytes(const void* data, std::size_t size, std::string_view name);

// Several of them; `count` has been checked against nothing.
Result<std::vector<SharedBytes>> get_views(const imagegen_view* views, std::size_t count, bool lend,
                                           std::string_view name);

// What a struct had in ABI 1.0: no caller has less. Never changed.
template <class Struct>
constexpr std::size_t kFirstSize = 0;
template <>
inline constexpr std::size_t kFirstSize<imagegen_host_part> = 56;
template <>
inline constexpr std::size_t kFirstSize<imagegen_runtime_options> = 40;
template <>
inline constexpr std::size_t kFirstSize<imagegen_call_options> = 56;
template <>
inline constexpr std::size_t kFirstSize<imagegen_limits> = 32;
template <>
inline constexpr std::size_t kFirstSize<imagegen_pixels> = 40;
template <>
inline constexpr std::size_t kFirstSize<imagegen_encoding> = 24;
template <>
inline constexpr std::size_t kFirstSize<imagegen_rendition> = 40;

// The fields of a caller's struct that this library knows: what is missing at its end is 0. Nothing where its
// struct_size is none that a header had: every struct ends where the next one in an array may begin.
template <class Struct>
std::optional<Struct> known_fields(const Struct* given) {
  static_assert(kFirstSize<Struct> > 0 && sizeof(Struct) >= kFirstSize<Struct>);
  constexpr std::size_t kLargestStruct = 4096;
  std::size_t size = 0;
  std::memcpy(&size, given, sizeof size);
  if (size < kFirstSize<Struct> || size > kLargestStruct || size % alignof(Struct) != 0) return std::nullopt;
  Struct known;
  std::memset(static_cast<void*>(&known), 0, sizeof known);
  std::memcpy(static_cast<void*>(&known), given, std::min(size, sizeof known));
  return known;
}

// known_fields(), where the fields that this library does not know are 0.
template <class Struct>
Result<Struct> get_struct(const Struct* given, std::string_view name) {
  const auto known = known_fields(given);
  if (!known) {
    std::size_t size = 0;
    std::memcpy(&size, given, sizeof size);
    return Error{Errc::invalid_argument, std::string(name) + ".struct_size: expected " +
                                             std::to_string(sizeof(Struct)) +
                                             " or what the caller was compiled with, got " + std::to_string(size) +
                                             ": start from the INIT macro"};
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(given);
  for (std::size_t i = sizeof(Struct); i < known->struct_size; ++i) {
    if (bytes[i] == 0) continue;
    return Error{Errc::unsupported, std::string(name) + ": it uses fields that this library (ABI " +
                                        std::to_string(IMAGEGEN_ABI_MAJOR) + "." + std::to_string(IMAGEGEN_ABI_MINOR) +
                                        ") does not know: a newer one is needed"};
  }
  return *known;
}

// What a later library may give a meaning to. Errc::unsupported unless it is 0.
Result<void> check_reserved(std::uint32_t value, std::string_view name);
// 0 or 1; the other values are kept for later.
Result<bool> get_flag(std::uint32_t value, std::string_view name);

// A handle of an event for a function of the caller, or for imagegen_poll(). Throws where there is no memory for it.
imagegen_event* to_event_handle(InboxEvent event);

}  // namespace imagegen::capi
