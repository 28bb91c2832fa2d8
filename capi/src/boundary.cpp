#include "boundary.hpp"

#include <imagegen/core/utf8.hpp>

namespace imagegen::capi {

imagegen_status fail(OperationFailure failure, imagegen_error** out, std::optional<imagegen_status> as) noexcept {
  const auto status = as.value_or(status_of(failure.error.code));
  if (!out) return status;
  try {
    auto json = to_json(failure);
    auto made = std::make_shared<const Failure>(Failure{std::move(failure), std::move(json), status});
    const auto number = add_handle(FailurePtr(std::move(made)));
    if (number) *out = to_handle<FailurePtr>(*number);
  } catch (...) {  // not even memory for an error: the status says it
  }
  return status;
}

Result<RuntimePtr> get_runtime(const imagegen_runtime* handle) {
  auto runtime = get<RuntimePtr>(handle, "runtime");
  if (!runtime) return runtime.error();
  if (const auto mine = (*runtime)->engine->check_process(); !mine) return mine.error();
  return runtime;
}

Result<std::string_view> get_text(const char* text, std::string_view name, std::optional<std::string_view> otherwise) {
  if (!text && otherwise) return *otherwise;
  if (!text) return Error{Errc::invalid_argument, std::string(name) + ": expected a text, got NULL"};
  const std::string_view given(text, ::strnlen(text, kLargestText + 1));
  if (given.size() > kLargestText)
    return Error{Errc::limit_exceeded, std::string(name) + ": expected a text of at most 64 MiB that ends in NUL"};
  if (!is_valid_utf8(given))
    return Error{Errc::invalid_argument, std::string(name) + ": expected UTF-8, got other bytes"};
  return given;
}

Result<ByteView> get_bytes(const void* data, std::size_t size, std::string_view name) {
  if (size > kLargestBytes) {
    return Error{Errc::limit_exceeded,
                 std::string(name) + ": expected at most 1 GiB, got " + std::to_string(size) + " bytes"};
  }
  if (!data && size > 0) {
    return Error{Errc::invalid_argument,
                 std::string(name) + ": expected an address for " + std::to_string(size) + " bytes, got NULL"};
  }
  return ByteView(static_cast<const std::uint8_t*>(data), size);
}

Result<std::vector<SharedBytes>> get_views(const imagegen_view* views, std::size_t count, bool lend,
                                           std::string_view name) {
  constexpr std::size_t kMostViews = 1'000;
  if (count > kMostViews) {
    return Error{Errc::limit_exceeded, std::string(name) + ": expected at most 1,000, got " + std::to_string(count)};
  }
  if (!views && count > 0) return Error{Errc::invalid_argument, std::string(name) + ": expected an address, got NULL"};
  std::vector<SharedBytes> bytes;
  std::size_t total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto view = get_bytes(views[i].data, views[i].size, std::string(name) + "[" + std::to_string(i) + "]");
    if (!view) return view.error();
    total += view->size();
    if (total > kLargestBytes)
      return Error{Errc::limit_exceeded, std::string(name) + ": expected at most 1 GiB in all"};
    bytes.push_back(lend ? SharedBytes::lent(*view) : SharedBytes::copy_of(*view));
  }
  return bytes;
}

Result<void> check_reserved(std::uint32_t value, std::string_view name) {
  if (value == 0) return {};
  return Error{Errc::unsupported, std::string(name) + ": expected 0, got " + std::to_string(value) +
                                      ": this library (ABI " + std::to_string(IMAGEGEN_ABI_MAJOR) + "." +
                                      std::to_string(IMAGEGEN_ABI_MINOR) + ") does not know it"};
}

Result<bool> get_flag(std::uint32_t value, std::string_view name) {
  if (value <= 1) return value == 1;
  return Error{Errc::invalid_argument, std::string(name) + ": expected 0 or 1, got " + std::to_string(value)};
}

imagegen_event* to_event_handle(InboxEvent event) {
  const auto number = add_handle(EventPtr(std::make_shared<const Event>(Event{std::move(event)})));
  return to_handle<EventPtr>(number.value());
}

}  // namespace imagegen::capi
