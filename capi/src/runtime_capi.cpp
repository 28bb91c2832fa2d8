#include <cstdlib>
#include <set>
#include <system_error>
#include <thread>

#include "boundary.hpp"

namespace capi = imagegen::capi;
using imagegen::Errc;
using imagegen::Error;
using imagegen::HostPart;
using imagegen::InboxEvent;
using imagegen::Result;
using imagegen::SharedBytes;

namespace {

std::optional<std::string> environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());  // NOLINT(concurrency-mt-unsafe)
  return value ? std::optional<std::string>(value) : std::nullopt;
}

// On a thread of its own, which it may end by pthread_exit(): that must not unwind through the destructors around here.
void call_release(imagegen_release_function release, void* user_data) {
  try {
    std::thread([release, user_data] { release(user_data); }).join();
  } catch (const std::system_error&) {  // there is no thread to be had
    release(user_data);
  }
}

// What of a part must be released, once, when nobody needs it any more.
std::shared_ptr<void> owner_of(const imagegen_host_part& part) {
  if (!part.release) return nullptr;
  return {part.user_data, [release = part.release](void* user_data) { call_release(release, user_data); }};
}

Result<HostPart> to_part(const imagegen_host_part& part, const std::string& name, std::shared_ptr<void> owner) {
  const auto kind = capi::get_text(part.kind, name + ".kind");
  if (!kind) return kind.error();
  const auto capability = capi::get_text(part.capability_json, name + ".capability_json", "{}");
  if (!capability) return capability.error();
  HostPart made{std::string(*kind), std::string(*capability)};
  if (!part.call) return made;
  made.on_event = [call = part.call, cancelled = part.cancelled, user_data = part.user_data,
                   owner = std::move(owner)](InboxEvent event) {
    const auto tell = event.kind == InboxEvent::Kind::host_call ? call : cancelled;
    if (!tell) return;
    tell(user_data, capi::to_event_handle(std::move(event)));
  };
  return made;
}

std::string part_name(std::size_t index) {
  return "options.parts[" + std::to_string(index) + "]";
}

using Owners = std::vector<std::shared_ptr<void>>;

constexpr std::size_t kMostReadableParts = 1'000;  // a larger count is no count

// Before anything is refused: what has an owner is released then too. Ends at what cannot be read.
Owners own_parts(const imagegen_runtime_options& given) {
  Owners owners;
  if (!given.parts || given.parts_count > kMostReadableParts) return owners;
  // Parts of a caller with another struct_size lie at other distances.
  const auto* at = reinterpret_cast<const unsigned char*>(given.parts);
  for (std::size_t i = 0; i < given.parts_count; ++i) {
    const auto part = capi::known_fields(reinterpret_cast<const imagegen_host_part*>(at));
    if (!part) break;
    owners.push_back(owner_of(*part));
    at += part->struct_size;
  }
  return owners;
}

Result<imagegen::EngineOptions> to_options(const imagegen_runtime_options& given, const Owners& owners) {
  constexpr std::size_t kMostParts = 100;  // nearly all of them providers
  if (given.parts_count > kMostParts)
    return Error{Errc::invalid_argument,
                 "options.parts_count: expected at most 100, got " + std::to_string(given.parts_count)};
  if (!given.parts && given.parts_count > 0)
    return Error{Errc::invalid_argument, "options.parts: expected an address, got NULL"};
  std::vector<imagegen_host_part> parts;
  const auto* at = reinterpret_cast<const unsigned char*>(given.parts);
  for (std::size_t i = 0; i < given.parts_count; ++i) {
    const auto part = capi::get_struct(reinterpret_cast<const imagegen_host_part*>(at), part_name(i));
    if (!part) return part.error();
    parts.push_back(*part);
    at += part->struct_size;
  }
  imagegen::EngineOptions options;
  const auto config = capi::get_text(given.config_json, "options.config_json", "{}");
  if (!config) return config.error();
  options.config_json = std::string(*config);
  const auto overrides = capi::get_text(given.overrides_json, "options.overrides_json", "{}");
  if (!overrides) return overrides.error();
  options.overrides_json = std::string(*overrides);
  if (const auto fine = capi::check_reserved(given.reserved, "options.reserved"); !fine) return fine.error();
  const auto read = capi::get_flag(given.read_environment, "options.read_environment");
  if (!read) return read.error();
  if (*read) options.environment = environment;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto part = to_part(parts[i], part_name(i), owners[i]);
    if (!part) return part.error();
    options.parts.push_back(std::move(*part));
  }
  return options;
}

}  // namespace

imagegen_status imagegen_runtime_open(const imagegen_runtime_options* options, imagegen_runtime** out_runtime,
                                      imagegen_error** out_error) {
  if (out_runtime) *out_runtime = nullptr;
  return capi::guarded(out_error, [&]() -> Result<void> {
    const imagegen_runtime_options otherwise = IMAGEGEN_RUNTIME_OPTIONS_INIT;
    if (!options) options = &otherwise;
    auto runtime = std::make_shared<capi::Runtime>();
    // First, because parts are released whatever it is that fails.
    if (const auto fields = capi::known_fields(options)) runtime->parts = own_parts(*fields);
    const auto known = capi::get_struct(options, "options");
    if (!known) return known.error();
    auto wanted = to_options(*known, runtime->parts);
    if (!wanted) return wanted.error();
    if (!out_runtime) return Error{Errc::invalid_argument, "out_runtime: expected an address, got NULL"};
    auto engine = imagegen::Engine::open(std::move(*wanted));
    if (!engine) return engine.error();
    runtime->engine = std::move(*engine);
    const auto number = capi::add_handle(std::move(runtime));
    if (!number) return number.error();
    *out_runtime = capi::to_handle<capi::RuntimePtr>(*number);
    return {};
  });
}

imagegen_status imagegen_runtime_close(imagegen_runtime* runtime) {
  return capi::guarded(nullptr, [&]() -> Result<void> {
    const auto found = capi::get_runtime(runtime);
    if (!found) return found.error();
    (*found)->engine->close();
    return {};
  });
}

void imagegen_runtime_destroy(imagegen_runtime* runtime) {
  capi::guarded_value(0, [&] {
    const auto last = capi::drop_handle<capi::RuntimePtr>(capi::number_of(runtime));
    // Functions of other threads may own it for longer.
    if (last) last->engine->close();
    return 0;
  });
}

imagegen_status imagegen_poll(imagegen_runtime* runtime, uint32_t timeout_ms, imagegen_event** out_event,
                              imagegen_error** out_error) {
  auto otherwise = imagegen_status{IMAGEGEN_OK};
  if (out_event) *out_event = nullptr;
  const auto status = capi::guarded(out_error, [&]() -> Result<void> {
    const auto found = capi::get_runtime(runtime);
    if (!found) return found.error();
    if (!out_event) return Error{Errc::invalid_argument, "out_event: expected an address, got NULL"};
    auto pulled = (*found)->engine->inbox().pull(std::chrono::milliseconds(timeout_ms));
    if (const auto* empty = std::get_if<imagegen::Inbox::Empty>(&pulled)) {
      otherwise = *empty == imagegen::Inbox::Empty::closed ? IMAGEGEN_CLOSED : IMAGEGEN_NOTHING;
      return {};
    }
    *out_event = capi::to_event_handle(std::get<InboxEvent>(std::move(pulled)));
    return {};
  });
  return status == IMAGEGEN_OK ? otherwise : status;
}

imagegen_status imagegen_poll_fd(imagegen_runtime* runtime, int* out_fd, imagegen_error** out_error) {
  if (out_fd) *out_fd = -1;
  return capi::guarded(out_error, [&]() -> Result<void> {
    const auto found = capi::get_runtime(runtime);
    if (!found) return found.error();
    if (!out_fd) return Error{Errc::invalid_argument, "out_fd: expected an address, got NULL"};
    *out_fd = (*found)->engine->inbox().descriptor();
    return {};
  });
}

imagegen_status imagegen_host_resolve(imagegen_runtime* runtime, uint64_t token, const char* answer_json,
                                      const imagegen_view* bytes, size_t bytes_count, imagegen_error** out_error) {
  return capi::guarded(out_error, [&]() -> Result<void> {
    const auto found = capi::get_runtime(runtime);
    if (!found) return found.error();
    const auto answer = capi::get_text(answer_json, "answer_json", "{}");
    if (!answer) return answer.error();
    auto files = capi::get_views(bytes, bytes_count, /*lend=*/false, "bytes");
    if (!files) return files.error();
    return (*found)->engine->resolve(token, *answer, std::move(*files));
  });
}

imagegen_status imagegen_host_reject(imagegen_runtime* runtime, uint64_t token, const char* error_json,
                                     imagegen_error** out_error) {
  return capi::guarded(out_error, [&]() -> Result<void> {
    const auto found = capi::get_runtime(runtime);
    if (!found) return found.error();
    const auto error = capi::get_text(error_json, "error_json", "{}");
    if (!error) return error.error();
    return (*found)->engine->reject(token, *error);
  });
}
