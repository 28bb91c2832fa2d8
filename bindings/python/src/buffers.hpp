#pragma once
#include <imagegen/core/shared_bytes.hpp>

#include <pybind11/pybind11.h>

#include <utility>
#include <vector>

/// \file Bytes across the border, in both directions without a copy where that is safe.
namespace imagegen::python {

/// imagegen.Bytes: a file of the library's, with the buffer protocol.
struct FileBytes {
  SharedBytes bytes;
};

/// The bytes of anything with the buffer protocol. What cannot change (bytes, our own objects, and memoryviews of them)
/// is lent: the object is kept until the library has let go of it. All else is copied, because a decoder must not see
/// it change, and a read-only view says nothing of who else writes to the memory. With the GIL. \throws TypeError for what has no buffer.
SharedBytes take_bytes(pybind11::handle object);
std::vector<SharedBytes> take_all(const pybind11::iterable& objects);

/// The same for a call that ends before it returns: whoever drops the last copy lets go of the object, with the GIL.
SharedBytes borrow_bytes(pybind11::handle object);

/// Lets go of what the library has given back: its threads touch no Python object, they only put it aside. With the
/// GIL. \return How many objects are still lent.
std::size_t release_returned();

/// Gives a type with the buffer protocol the method `__buffer__` of PEP 688, where Python has not done it.
void name_buffer(const pybind11::object& type);

/// No object of a type of ours is made from Python: it would show memory that nobody has filled.
void refuse_new(const pybind11::object& type);

void add_buffers(pybind11::module_& module);

}  // namespace imagegen::python
