#pragma once
#include <pybind11/pybind11.h>

namespace imagegen::python {

void add_engine(pybind11::module_& module);

}  // namespace imagegen::python
