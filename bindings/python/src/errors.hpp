#pragma once
#include <imagegen/core/result.hpp>

#include <string>

namespace imagegen::python {

/// Throws the Python exception, one of imagegen.Error's, that says what `error` says. With the GIL.
[[noreturn]] void raise(const Error& error);

/// The value, or raise().
template <class T>
T value_or_raise(Result<T> result) {
  if (!result) raise(result.error());
  return std::move(*result);
}
inline void value_or_raise(const Result<void>& result) {
  if (!result) raise(result.error());
}

}  // namespace imagegen::python
