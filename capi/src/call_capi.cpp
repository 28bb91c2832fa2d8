#include "boundary.hpp"

namespace capi = imagegen::capi;
using imagegen::Errc;
using imagegen::Error;
using imagegen::InboxEvent;
using imagegen::Result;

namespace {

struct Wanted {
  capi::RuntimePtr runtime;
  std::string_view operation, request;
  imagegen_call_options options{};
  std::vector<imagegen::SharedBytes> inputs;
};

Result<Wanted> read_call(imagegen_runtime* handle, const char* operation, const char* request,
                         const imagegen_call_options* options, bool lend) {
  Wanted wanted;
  auto runtime = capi::get_runtime(handle);
  if (!runtime) return runtime.error();
  wanted.runtime = std::move(*runtime);
  const auto name = capi::get_text(operation, "operation");
  if (!name) return name.error();
  wanted.operation = *name;
  const auto text = capi::get_text(request, "request_json", "{}");
  if (!text) return text.error();
  wanted.request = *text;
  if (!options) return wanted;
  const auto known = capi::get_struct(options, "options");
  if (!known) return known.error();
  wanted.options = *known;
  if (known->on_progress && !known->on_done)
    return Error{Errc::invalid_argument, "options.on_progress: expected on_done beside it, got NULL"};
  if (const auto fine = capi::check_reserved(known->reserved, "options.reserved"); !fine) return fine.error();
  const auto lent = capi::get_flag(known->lend_inputs, "options.lend_inputs");
  if (!lent) return lent.error();
  auto inputs = capi::get_views(known->inputs, known->inputs_count, lend || *lent, "options.inputs");
  if (!inputs) return inputs.error();
  wanted.inputs = std::move(*inputs);
  return wanted;
}

std::function<void(InboxEvent)> teller(const imagegen_call_options& options) {
  if (!options.on_done) return {};
  return [done = options.on_done, progress = options.on_progress, user_data = options.user_data](InboxEvent event) {
    const auto tell = event.kind == InboxEvent::Kind::done ? done : progress;
    if (tell) tell(user_data, capi::to_event_handle(std::move(event)));
  };
}

// A handle of a call that is about to start, and goes again where it does not.
class NewCall {
 public:
  static Result<NewCall> make(const capi::RuntimePtr& runtime) {
    NewCall made;
    made.call_->runtime = runtime;
    const auto number = capi::add_handle(capi::CallPtr(made.call_));
    if (!number) return number.error();
    made.number_ = *number;
    return made;
  }
  NewCall(NewCall&& other) noexcept : call_(std::move(other.call_)), number_(std::exchange(other.number_, 0)) {}
  NewCall& operator=(NewCall&&) = delete;
  ~NewCall() { capi::drop_handle<capi::CallPtr>(number_); }
  imagegen_call_handle* started(std::uint64_t id) {
    call_->id = id;
    return capi::to_handle<capi::CallPtr>(std::exchange(number_, 0));
  }

 private:
  NewCall() = default;
  std::shared_ptr<capi::Call> call_ = std::make_shared<capi::Call>();
  std::uint64_t number_ = 0;
};

std::string done_document(std::uint64_t call, const std::string& result) {
  return R"({"kind":"done","call":)" + std::to_string(call) + R"(,"ok":true,"result":)" + result + "}";
}

imagegen_status ask_to_end(imagegen_call_handle* call, imagegen_error** out_error,
                           void (imagegen::Engine::*ask)(std::uint64_t)) {
  return capi::guarded(out_error, [&]() -> Result<void> {
    const auto found = capi::get<capi::CallPtr>(call, "call");
    if (!found) return found.error();
    const auto runtime = (*found)->runtime.lock();
    if (!runtime) return {};  // destroyed, which has cancelled it
    if (const auto mine = runtime->engine->check_process(); !mine) return mine.error();
    (runtime->engine.get()->*ask)((*found)->id);
    return {};
  });
}

}  // namespace

imagegen_status imagegen_call(imagegen_runtime* runtime, const char* operation, const char* request_json,
                              const imagegen_call_options* options, imagegen_call_handle** out_call,
                              imagegen_error** out_error) {
  if (out_call) *out_call = nullptr;
  std::optional<imagegen_status> as;
  const auto start = [&]() -> Result<void> {
    auto wanted = read_call(runtime, operation, request_json, options, /*lend=*/false);
    if (!wanted) return wanted.error();
    const auto& hears = wanted->options;
    imagegen::CallOptions how{std::move(wanted->inputs), teller(hears), !hears.on_done || hears.on_progress};
    // Before the start: afterwards nothing may fail, because inputs are lent and on_done will be called.
    std::optional<NewCall> call;
    if (out_call) {
      auto made = NewCall::make(wanted->runtime);
      if (!made) return made.error();
      call.emplace(std::move(*made));
    }
    const auto id = wanted->runtime->engine->start(wanted->operation, wanted->request, std::move(how));
    if (!id) {
      if (id.error().code == Errc::cancelled) as = IMAGEGEN_CLOSED;
      return id.error();
    }
    if (call) *out_call = call->started(*id);
    return {};
  };
  return capi::guarded(out_error, start, as);
}

imagegen_status imagegen_call_and_wait(imagegen_runtime* runtime, const char* operation, const char* request_json,
                                       const imagegen_call_options* options, imagegen_event** out_event,
                                       imagegen_error** out_error) {
  if (out_event) *out_event = nullptr;
  std::optional<imagegen::OperationFailure> failure;
  const auto status = capi::guarded(out_error, [&]() -> Result<void> {
    if (!out_event) return Error{Errc::invalid_argument, "out_event: expected an address, got NULL"};
    auto wanted = read_call(runtime, operation, request_json, options, /*lend=*/true);
    if (!wanted) return wanted.error();
    if (wanted->options.on_done)
      return Error{Errc::invalid_argument, "options.on_done: expected NULL, because this call waits, got a function"};
    auto outcome = wanted->runtime->engine->run(wanted->operation, wanted->request, std::move(wanted->inputs));
    if (auto* failed = std::get_if<imagegen::OperationFailure>(&outcome)) {
      failure = std::move(*failed);
      return {};
    }
    auto& result = std::get<imagegen::OperationResult>(outcome);
    InboxEvent event{InboxEvent::Kind::done, 0, done_document(0, result.json)};
    event.bytes = std::move(result.bytes);
    *out_event = capi::to_event_handle(std::move(event));
    return {};
  });
  return failure ? capi::fail(std::move(*failure), out_error) : status;
}

uint64_t imagegen_call_id(const imagegen_call_handle* call) {
  return capi::guarded_value(uint64_t{0}, [&]() -> uint64_t {
    const auto found = capi::find_handle<capi::CallPtr>(capi::number_of(call));
    return found ? found->id.load() : 0;
  });
}

imagegen_status imagegen_call_cancel(imagegen_call_handle* call, imagegen_error** out_error) {
  return ask_to_end(call, out_error, &imagegen::Engine::cancel);
}

imagegen_status imagegen_call_drain(imagegen_call_handle* call, imagegen_error** out_error) {
  return ask_to_end(call, out_error, &imagegen::Engine::drain);
}

void imagegen_call_destroy(imagegen_call_handle* call) {
  capi::guarded_value(0, [&] { return capi::drop_handle<capi::CallPtr>(capi::number_of(call)), 0; });
}

imagegen_event_kind_value imagegen_event_kind(const imagegen_event* event) {
  return capi::guarded_value(imagegen_event_kind_value{IMAGEGEN_EVENT_NONE}, [&]() -> imagegen_event_kind_value {
    const auto found = capi::find_handle<capi::EventPtr>(capi::number_of(event));
    return found ? static_cast<imagegen_event_kind_value>(found->event.kind) : IMAGEGEN_EVENT_NONE;
  });
}

uint64_t imagegen_event_id(const imagegen_event* event) {
  return capi::guarded_value(uint64_t{0}, [&]() -> uint64_t {
    const auto found = capi::find_handle<capi::EventPtr>(capi::number_of(event));
    return found ? found->event.id : 0;
  });
}

imagegen_status imagegen_event_status(const imagegen_event* event) {
  return capi::guarded_value(imagegen_status{IMAGEGEN_OK}, [&]() -> imagegen_status {
    const auto found = capi::find_handle<capi::EventPtr>(capi::number_of(event));
    return found ? capi::status_of(found->event.failure) : IMAGEGEN_OK;
  });
}

const char* imagegen_event_json(const imagegen_event* event) {
  return capi::guarded_value("{}", [&]() -> const char* {
    const auto found = capi::find_handle<capi::EventPtr>(capi::number_of(event));
    return found ? found->event.json.c_str() : "{}";
  });
}

size_t imagegen_event_bytes_count(const imagegen_event* event) {
  return capi::guarded_value(size_t{0}, [&]() -> size_t {
    const auto found = capi::find_handle<capi::EventPtr>(capi::number_of(event));
    return found ? found->event.bytes.size() : 0;
  });
}

imagegen_status imagegen_event_bytes(const imagegen_event* event, size_t index, imagegen_bytes** out_bytes,
                                     imagegen_error** out_error) {
  return capi::create_handle<capi::BytesPtr>(out_bytes, out_error, [&]() -> Result<capi::BytesPtr> {
    const auto found = capi::get<capi::EventPtr>(event, "event");
    if (!found) return found.error();
    const auto& bytes = (*found)->event.bytes;
    if (index < bytes.size()) return std::make_shared<const imagegen::SharedBytes>(bytes[index]);
    return Error{Errc::invalid_argument,
                 "index: expected less than " + std::to_string(bytes.size()) + ", got " + std::to_string(index)};
  });
}

void imagegen_event_destroy(imagegen_event* event) {
  capi::guarded_value(0, [&] { return capi::drop_handle<capi::EventPtr>(capi::number_of(event)), 0; });
}
