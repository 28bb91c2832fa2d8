#include "buffers.hpp"
#include "engine.hpp"
#include "image.hpp"

#include <imagegen/engine/operations.hpp>

/// The extension `imagegen._native`: what the pure Python part is made of, and nobody else's business.
PYBIND11_MODULE(_native, module) {
  if (PyInterpreterState_Get() != PyInterpreterState_Main())
    throw pybind11::import_error("imagegen: expected the main interpreter of the process, got a subinterpreter");
  module.attr("__version__") = IMAGEGEN_VERSION;
  imagegen::python::add_buffers(module);
  imagegen::python::add_images(module);
  imagegen::python::add_engine(module);
  module.def("operations_json", &imagegen::operations_json);
}
