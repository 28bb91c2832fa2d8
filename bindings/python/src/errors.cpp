#include "errors.hpp"

#include "gil.hpp"

#include <imagegen/engine/operations.hpp>

#include <pybind11/pybind11.h>

namespace imagegen::python {
namespace {

// imagegen._errors.error_from_json(document), a new reference or null. It runs Python code, so no C++ object is made
// here.
PyObject* make_exception(const char* document) {
  PyObject* const module = PyImport_ImportModule("imagegen._errors");
  if (module == nullptr) return nullptr;
  PyObject* const exception = PyObject_CallMethod(module, "error_from_json", "s", document);
  Py_DECREF(module);
  return exception;
}

}  // namespace

void raise(const Error& error) {
  const auto document = to_json(to_failure(error));
  PyObject* const exception = stay_at_the_end([&document] { return make_exception(document.c_str()); });
  if (exception != nullptr) {
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception)), exception);
    Py_DECREF(exception);
  }
  throw pybind11::error_already_set();
}

}  // namespace imagegen::python
