#include "state/mongo/driver.hpp"

#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <mutex>
#include <string>

namespace imagegen::mongo {
namespace {

constexpr const char* kLibrary = "libmongoc-1.0.so.0";

Driver loaded;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): written once, before it is read

// libmongoc counts what it does in a file of the process's number below /dev/shm, for a tool that few know. One that a
// killed process has left would make it print when it is loaded, and its own would be left in the same way.
void remove_counters() {
  ::shm_unlink(("/mongoc-" + std::to_string(::getpid())).c_str());
}

// Never unloaded, and mongoc_cleanup() never called: a host may use it too. \param ours Whether nobody had loaded it.
void* open_library(bool& ours) {
  void* library = ::dlopen(kLibrary, RTLD_NOW | RTLD_NOLOAD);
  ours = library == nullptr;
  if (!ours) return library;
  remove_counters();
  library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  remove_counters();
  return library;
}

bool load() {
  bool ours = false;
  void* library = open_library(ours);
  if (library == nullptr) return false;
  bool all = true;
#define IMAGEGEN_MONGOC_LOAD(name)                                                          \
  loaded.name = reinterpret_cast<decltype(loaded.name)>(::dlsym(library, "mongoc_" #name)); \
  all = all && loaded.name != nullptr;
  IMAGEGEN_MONGOC_FUNCTIONS(IMAGEGEN_MONGOC_LOAD)
#undef IMAGEGEN_MONGOC_LOAD
  if (!all) return false;
  loaded.init();
  // Its log goes to stderr unless it is told otherwise, and there is one for the process: a host that uses libmongoc
  // has told it what it wants.
  if (ours) loaded.log_set_handler(nullptr, nullptr);
  return true;
}

}  // namespace

Result<void> load_driver() {
  static const bool works = load();
  if (works) return {};
  return Error(Errc::unsupported, std::string("state: MongoDB needs ") + kLibrary +
                                      " (Debian: libmongoc-1.0-0) in version 1.20 or newer, and it cannot be loaded");
}

const Driver& driver() noexcept {
  return loaded;
}

}  // namespace imagegen::mongo
