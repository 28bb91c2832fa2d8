#pragma once
#include <Python.h>
#include <unistd.h>

#include <exception>
#include <optional>
#include <type_traits>

/// \file Leaving the interpreter, and coming back to one that may be gone.
namespace imagegen::python {

inline bool is_finalizing() noexcept {
#if PY_VERSION_HEX >= 0x030D0000
  return Py_IsFinalizing() != 0;
#else
  return _Py_IsFinalizing() != 0;
#endif
}

/// Runs `work` with the GIL released, and returns what it gives, or throws what it throws.
///
/// A thread that asks for the GIL of an interpreter that has begun to end is unwound by pthread_exit(), which
/// std::terminate()s at the first noexcept frame. It waits for the end of the process here instead, as CPython 3.14
/// does by itself.
template <class Work>
auto without_gil(Work work) {
  using Value = std::invoke_result_t<Work>;
  const bool ends_already = is_finalizing();  // then this is the thread that ends it
  std::exception_ptr failure;
  std::conditional_t<std::is_void_v<Value>, bool, std::optional<Value>> value{};
  PyThreadState* const state = PyEval_SaveThread();
  try {
    if constexpr (std::is_void_v<Value>) {
      work();
    } else {
      value.emplace(work());
    }
  } catch (const std::exception&) {
    failure = std::current_exception();
  }
  while (!ends_already && is_finalizing()) pause();
  PyEval_RestoreThread(state);
  if (failure) std::rethrow_exception(failure);
  if constexpr (!std::is_void_v<Value>) return std::move(*value);
}

}  // namespace imagegen::python
