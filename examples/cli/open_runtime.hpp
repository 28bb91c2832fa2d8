#pragma once
#include <imagegen/core/shown_text.hpp>
#include <imagegen/runtime/runtime.hpp>

#include <boost/json/object.hpp>

#include <iostream>
#include <memory>

#include "exit_code.hpp"
#include "settings.hpp"

namespace cli {

// Says what went wrong. \return What the process ends with.
inline int complain(const imagegen::Error& error) {
  std::cerr << "imagegen: " << imagegen::shown_lines(error.message) << "\n";
  using imagegen::Errc;
  const bool input = error.code == Errc::invalid_argument || error.code == Errc::not_found ||
                     error.code == Errc::conflict || error.code == Errc::permission_denied;
  return input ? kBadInput : kFailed;
}

// The runtime of the settings, or nothing after having said why.
inline std::unique_ptr<imagegen::Runtime> open_runtime(const Settings& settings) {
  auto config = resolve(settings);
  if (!config) return nullptr;
  auto runtime = imagegen::Runtime::open(std::move(*config));
  if (!runtime) return complain(runtime.error()), nullptr;
  return std::move(*runtime);
}

// The same for commands that only look at what is kept, or end what is there: they make neither database nor file.
inline std::unique_ptr<imagegen::Runtime> open_to_read(const Settings& settings) {
  auto config = resolve(settings);
  if (!config) return nullptr;
  config->state.opening = imagegen::StateOpening::existing;
  config->events_file.clear();
  auto runtime = imagegen::Runtime::open(std::move(*config));
  if (!runtime) return complain(runtime.error()), nullptr;
  return std::move(*runtime);
}

}  // namespace cli
