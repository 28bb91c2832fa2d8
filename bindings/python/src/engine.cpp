#include "engine.hpp"

#include "buffers.hpp"
#include "errors.hpp"
#include "gil.hpp"

#include <imagegen/engine/engine.hpp>

#include <pybind11/stl.h>

#include <map>

namespace imagegen::python {
namespace py = pybind11;
namespace {

/// At the end of its block lets go of what was given back, also of what a refused call had taken.
struct LetsGoAtTheEnd {
  LetsGoAtTheEnd() = default;
  LetsGoAtTheEnd(const LetsGoAtTheEnd&) = delete;
  LetsGoAtTheEnd& operator=(const LetsGoAtTheEnd&) = delete;
  ~LetsGoAtTheEnd() { release_returned(); }
};

using Environment = std::map<std::string, std::string, std::less<>>;

/// The engine as Python sees it. Waits only in pull() and finish(), and there without the GIL.
class EngineHandle {
  // First, because its type is deduced.
  template <class Work>
  auto with_engine(Work work) {
    auto engine = engine_;  // another thread may finish() meanwhile
    if (engine == nullptr) raise(Error(Errc::cancelled, "the runtime is closed"));
    return without_gil([&] {
      const auto mine = std::move(engine);
      return work(*mine);
    });
  }

 public:
  explicit EngineHandle(std::shared_ptr<Engine> engine) : engine_(std::move(engine)) {}
  EngineHandle(const EngineHandle&) = delete;
  EngineHandle& operator=(const EngineHandle&) = delete;

  /// Nobody called finish(): the process ends while work is under way. To wait for that here could hang it.
  ~EngineHandle() {
    if (engine_ != nullptr) new std::shared_ptr<Engine>(std::move(engine_));
  }

  static std::unique_ptr<EngineHandle> open(std::string config, std::optional<Environment> environment,
                                            const std::vector<std::pair<std::string, std::string>>& parts,
                                            std::string overrides) {
    EngineOptions options;
    options.config_json = std::move(config);
    options.overrides_json = std::move(overrides);
    if (environment) options.environment = lookup_in(std::move(*environment));
    for (const auto& [kind, capability] : parts) options.parts.push_back({kind, capability, {}});
    auto engine = value_or_raise(without_gil([&] { return Engine::open(std::move(options)); }));
    return std::make_unique<EngineHandle>(std::shared_ptr<Engine>(std::move(engine)));
  }

  std::uint64_t start(const std::string& operation, const std::string& request, const py::iterable& inputs,
                      bool drained) {
    const LetsGoAtTheEnd after;
    CallOptions options{take_all(inputs), {}};
    options.drained = drained;
    return value_or_raise(
        with_engine([&](Engine& engine) { return engine.start(operation, request, std::move(options)); }));
  }

  void cancel(std::uint64_t call) {
    if (engine_ != nullptr) with_engine([&](Engine& engine) { engine.cancel(call); });
  }

  void drain(std::uint64_t call) {
    if (engine_ != nullptr) with_engine([&](Engine& engine) { engine.drain(call); });
  }

  /// (kind, id, document, files); None when nothing came in time, False when nothing will come.
  py::object pull(std::uint32_t timeout_ms) {
    auto pulled =
        with_engine([&](Engine& engine) { return engine.inbox().pull(std::chrono::milliseconds(timeout_ms)); });
    release_returned();
    if (const auto* empty = std::get_if<Inbox::Empty>(&pulled))
      return *empty == Inbox::Empty::nothing ? py::object(py::none()) : py::object(py::bool_(false));
    auto& event = std::get<InboxEvent>(pulled);
    py::list files;
    for (auto& bytes : event.bytes) files.append(FileBytes{std::move(bytes)});
    return py::make_tuple(static_cast<int>(event.kind), event.id, text_of(event.json), files);
  }

  void resolve(std::uint64_t token, const std::string& answer, const py::iterable& files) {
    const LetsGoAtTheEnd after;
    auto bytes = take_all(files);
    value_or_raise(with_engine([&](Engine& engine) { return engine.resolve(token, answer, std::move(bytes)); }));
  }

  void reject(std::uint64_t token, const std::string& error) {
    value_or_raise(with_engine([&](Engine& engine) { return engine.reject(token, error); }));
  }

  void close() {
    if (engine_ != nullptr) with_engine([&](Engine& engine) { engine.close(); });
  }

  /// Lets go of it, waiting for what still runs.
  void finish() {
    auto engine = std::move(engine_);
    engine_ = nullptr;
    without_gil([&] { engine.reset(); });
  }

  void check_process() {
    if (engine_ != nullptr) value_or_raise(engine_->check_process());
  }

 private:
  /// An event must not be lost for a message that quotes what is no UTF-8, such as the name of a file.
  static py::object text_of(const std::string& json) {
    return py::reinterpret_steal<py::object>(
        PyUnicode_DecodeUTF8(json.data(), static_cast<Py_ssize_t>(json.size()), "replace"));
  }
  static EnvironmentLookup lookup_in(Environment environment) {
    return [all = std::move(environment)](std::string_view name) -> std::optional<std::string> {
      const auto found = all.find(name);
      if (found == all.end()) return std::nullopt;
      return found->second;
    };
  }

  std::shared_ptr<Engine> engine_;  ///< Guarded by the GIL.
};

}  // namespace

void add_engine(py::module_& module) {
  py::class_<EngineHandle> engine(module, "Engine", py::is_final());
  engine.def_static("open", &EngineHandle::open, py::arg("config"), py::arg("environment"), py::arg("parts"),
                    py::arg("overrides"))
      .def("start", &EngineHandle::start, py::arg("operation"), py::arg("request"), py::arg("inputs"),
           py::arg("drained") = false)
      .def("cancel", &EngineHandle::cancel, py::arg("call"))
      .def("drain", &EngineHandle::drain, py::arg("call"))
      .def("pull", &EngineHandle::pull, py::arg("timeout_ms"))
      .def("resolve", &EngineHandle::resolve, py::arg("token"), py::arg("answer"), py::arg("files"))
      .def("reject", &EngineHandle::reject, py::arg("token"), py::arg("error"))
      .def("close", &EngineHandle::close)
      .def("finish", &EngineHandle::finish)
      .def("check_process", &EngineHandle::check_process);
  refuse_new(engine);
}

}  // namespace imagegen::python
