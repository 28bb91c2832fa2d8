#pragma once
#include <Python.h>
#include <cxxabi.h>
#include <unistd.h>

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

/// \file Leaving the interpreter, and coming back to one that may be gone.
namespace imagegen::python {

inline bool is_finalizing() noexcept {
#if PY_VERSION_HEX >= 0x030D0000
  return Py_IsFinalizing() != 0;
#else
  return _Py_IsFinalizing() != 0;
#endif
}

/// Where a thread stays whose interpreter has gone, until the process ends.
[[noreturn]] inline void wait_for_the_end() noexcept {
  for (;;) pause();
}

/// Runs what asks for the GIL, in an interpreter that may have begun to end. CPython then unwinds the thread by
/// pthread_exit(): destructors would touch Python objects without the GIL, and the first noexcept frame would
/// std::terminate(). The thread stays here instead, as CPython 3.14 lets it by itself. Nothing inside `work` may have a
/// destructor that needs the GIL.
template <class Work>
auto stay_at_the_end(Work work) {
  try {
    return work();
  } catch (abi::__forced_unwind&) {
    wait_for_the_end();
  }
}

/// Runs `work` with the GIL released, and returns what it gives, or throws what it throws.
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
  if (!ends_already && is_finalizing()) wait_for_the_end();
  stay_at_the_end([state] { PyEval_RestoreThread(state); });
  if (failure) std::rethrow_exception(failure);
  if constexpr (!std::is_void_v<Value>) return std::move(*value);
}

}  // namespace imagegen::python
