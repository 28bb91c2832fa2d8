#pragma once

namespace imagegen::detail {

/// Deleter of a std::unique_ptr to what a C library made.
template <auto kFree>
struct FreeWith {
  template <class T>
  void operator()(T* handle) const noexcept {
    kFree(handle);
  }
};

}  // namespace imagegen::detail
