#include "buffers.hpp"

#include "gil.hpp"
#include "image.hpp"

#include <pthread.h>

#include <atomic>
#include <mutex>

namespace imagegen::python {
namespace py = pybind11;
namespace {

constexpr Py_ssize_t kLongCopy = 1 << 20;  ///< bytes; other threads go on meanwhile

/// Never destroyed: threads of the library may still give back while the process ends.
struct Returned {
  std::mutex mutex;
  std::vector<Py_buffer*> views;
  std::atomic<std::size_t> lent{0};
};

Returned& make_returned() {
  static auto* const list = new Returned;
  // A child shall not find it locked by a thread that it does not have.
  pthread_atfork([] { list->mutex.lock(); }, [] { list->mutex.unlock(); }, [] { list->mutex.unlock(); });
  return *list;
}

Returned& returned() {
  static auto& list = make_returned();
  return list;
}

void put_aside(Py_buffer* view) {
  const std::lock_guard lock(returned().mutex);
  returned().views.push_back(view);
}

void release(Py_buffer* view) {
  PyBuffer_Release(view);
  delete view;
}

struct Release {
  void operator()(Py_buffer* view) const { release(view); }
};
using View = std::unique_ptr<Py_buffer, Release>;

View view_of(py::handle object) {
  auto view = std::make_unique<Py_buffer>();
  if (PyObject_GetBuffer(object.ptr(), view.get(), PyBUF_FULL_RO) != 0) throw py::error_already_set();
  return View(view.release());
}

/// Memory that nobody writes to while it is lent. That a view is read-only does not say it: others may have another one.
bool cannot_change(const Py_buffer& view) {
  PyObject* owner = view.obj;
  if (owner != nullptr && PyMemoryView_Check(owner)) owner = PyMemoryView_GET_BUFFER(owner)->obj;
  if (owner == nullptr || view.readonly == 0) return false;
  return PyBytes_Check(owner) || py::isinstance<FileBytes>(owner) || py::isinstance<PixelImage>(owner);
}

bool is_copied(const Py_buffer& view) {
  return !cannot_change(view) || PyBuffer_IsContiguous(&view, 'C') == 0;
}

Bytes copy_of(const Py_buffer& view) {
  Bytes bytes(static_cast<std::size_t>(view.len));
  if (PyBuffer_IsContiguous(&view, 'C') == 0) {
    if (PyBuffer_ToContiguous(bytes.data(), &view, view.len, 'C') != 0) throw py::error_already_set();
    return bytes;
  }
  const auto copy = [&] { std::copy_n(static_cast<const std::uint8_t*>(view.buf), view.len, bytes.begin()); };
  if (view.len < kLongCopy) {
    copy();
  } else {
    without_gil(copy);
  }
  return bytes;
}

/// Lent where it can be. \param let_go What is done with the view when nobody has the bytes any longer.
SharedBytes bytes_of(View view, void (*let_go)(Py_buffer*)) {
  if (is_copied(*view)) return SharedBytes(copy_of(*view));
  const ByteView bytes(static_cast<const std::uint8_t*>(view->buf), static_cast<std::size_t>(view->len));
  return {bytes, std::shared_ptr<const void>(view.release(), let_go)};
}

}  // namespace

SharedBytes borrow_bytes(py::handle object) {
  return bytes_of(view_of(object), release);
}

SharedBytes take_bytes(py::handle object) {
  auto view = view_of(object);
  if (!is_copied(*view)) ++returned().lent;
  return bytes_of(std::move(view), put_aside);
}

std::vector<SharedBytes> take_all(const py::iterable& objects) {
  std::vector<SharedBytes> all;
  for (const auto& object : objects) all.push_back(take_bytes(object));
  return all;
}

std::size_t release_returned() {
  if (returned().lent == 0) return 0;
  std::vector<Py_buffer*> views;
  {
    const std::lock_guard lock(returned().mutex);
    views.swap(returned().views);
  }
  for (auto* view : views) release(view);
  return returned().lent -= views.size();
}

namespace {
PyObject* no_new(PyTypeObject* type, PyObject*, PyObject*) {
  PyErr_Format(PyExc_TypeError, "%s: made by the library only", type->tp_name);
  return nullptr;
}
}  // namespace

// Python has the method by itself since 3.12; what is typed by it shall be there before, too.
void name_buffer(const py::object& type) {
  if (!py::hasattr(type, "__buffer__"))
    type.attr("__buffer__") = py::cpp_function([](const py::object& self, int) { return py::memoryview(self); },
                                               py::name("__buffer__"), py::is_method(type));
}

// pybind11 makes its own objects without tp_new.
void refuse_new(const py::object& type) {
  reinterpret_cast<PyTypeObject*>(type.ptr())->tp_new = no_new;
}

void add_buffers(py::module_& module) {
  py::class_<FileBytes> bytes(module, "Bytes", py::buffer_protocol(), py::is_final(),
                        "A file of the library's: memoryview(file), bytes(file), numpy.frombuffer(file, 'u1').");
  bytes
      .def_buffer([](FileBytes& file) {
        static std::uint8_t nothing = 0;
        const auto view = file.bytes.view();
        auto* data = view.empty() ? &nothing : const_cast<std::uint8_t*>(view.data());
        return py::buffer_info(data, static_cast<py::ssize_t>(view.size()), true);
      })
      .def("__len__", [](const FileBytes& file) { return file.bytes.size(); })
      .def("__eq__",
           [](const FileBytes& file, const py::object& other) -> py::object {
             if (PyObject_CheckBuffer(other.ptr()) == 0) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
             const auto theirs = borrow_bytes(other);
             return py::bool_(std::ranges::equal(file.bytes.view(), theirs.view()));
           })
      .def("__reduce__",
           [](const FileBytes& file) {
             const auto make = py::module_::import("imagegen._native").attr("file_of");
             const auto view = file.bytes.view();
             const py::bytes content(reinterpret_cast<const char*>(view.data()), view.size());
             return py::make_tuple(make, py::make_tuple(content));
           })
      .def("__repr__",
           [](const FileBytes& file) { return "<imagegen.Bytes, " + std::to_string(file.bytes.size()) + " bytes>"; });
  name_buffer(bytes);
  refuse_new(bytes);
  module.def("file_of", [](const py::bytes& content) {
    const std::string_view text(content);
    return FileBytes{SharedBytes::copy_of(as_bytes(text))};
  });
  module.def("release_returned", &release_returned);
}

}  // namespace imagegen::python
