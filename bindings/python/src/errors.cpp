#include "errors.hpp"

#include <imagegen/embed/operation.hpp>

#include <pybind11/pybind11.h>

namespace imagegen::python {

void raise(const Error& error) {
  namespace py = pybind11;
  const auto document = to_json(to_failure(error));
  const py::object exception = py::module_::import("imagegen._errors").attr("error_from_json")(document);
  PyErr_SetObject(py::type::handle_of(exception).ptr(), exception.ptr());
  throw py::error_already_set();
}

}  // namespace imagegen::python
