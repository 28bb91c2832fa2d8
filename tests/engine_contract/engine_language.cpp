#include <imagegen/engine/engine.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <mutex>
#include <thread>
#include <unordered_map>

#include "engine_contract/language_runtime.hpp"
#include "engine_contract/host_parts.hpp"

namespace imagegen::test {
namespace {

namespace js = boost::json;

std::vector<SharedBytes> shared(std::vector<Bytes> files) {
  std::vector<SharedBytes> list;
  for (auto& file : files) list.emplace_back(std::move(file));
  return list;
}

std::vector<Bytes> copies(const std::vector<SharedBytes>& files) {
  std::vector<Bytes> list;
  for (const auto& file : files) list.emplace_back(file.view().begin(), file.view().end());
  return list;
}

// Gathers what is told of one call.
struct Gather {
  CallOutcome outcome;
  LanguageRuntime::Done done;

  void take(const InboxEvent& event) {
    auto document = js::parse(event.json).as_object();
    if (event.kind == InboxEvent::Kind::progress) return outcome.progress.push_back(document.at("progress"));
    if (document.at("ok").as_bool())
      outcome.result = document.at("result");
    else
      outcome.error = document.at("error").as_object();
    outcome.files = copies(event.bytes);
    done(std::move(outcome));
  }
};

class EngineRuntime final : public LanguageRuntime {
 public:
  std::optional<js::object> open(RuntimeWish wish) {
    EngineOptions options;
    options.config_json = js::serialize(wish.config);
    for (const auto& [kind, capability] : wish.parts) {
      HostPart part{kind, js::serialize(capability)};
      if (wish.manner == Manner::plain) part.on_event = [this](const InboxEvent& event) { answer(event); };
      options.parts.push_back(std::move(part));
    }
    auto opened = Engine::open(std::move(options));
    if (!opened) return js::parse(to_json(to_failure(opened.error()))).as_object();
    engine_ = std::move(*opened);
    pump_ = std::thread([this] { pump(); });
    return std::nullopt;
  }
  ~EngineRuntime() override {
    if (!engine_) return;
    engine_->close();
    pump_.join();
  }

  std::uint64_t start(std::string_view operation, js::object request, std::vector<Bytes> inputs, Done done) override {
    auto gather = std::make_shared<Gather>(Gather{{}, std::move(done)});
    CallOptions options{shared(std::move(inputs)), [gather](const InboxEvent& event) { gather->take(event); }};
    const auto call = engine_->start(operation, js::serialize(request), std::move(options));
    if (call) return *call;
    gather->outcome.error = js::parse(to_json(to_failure(call.error()))).as_object();
    gather->done(std::move(gather->outcome));
    return 0;
  }
  void cancel(std::uint64_t call) override { engine_->cancel(call); }
  void hold_next() override { parts_.hold_next(); }
  void fail_next(js::object error) override { parts_.fail_next(std::move(error)); }
  int submits() override { return parts_.submits(); }

 private:
  void pump() {
    for (;;) {
      const auto pulled = engine_->inbox().pull(std::chrono::seconds(10));
      if (const auto* event = std::get_if<InboxEvent>(&pulled)) answer(*event);
      if (const auto* empty = std::get_if<Inbox::Empty>(&pulled); empty && *empty == Inbox::Empty::closed) return;
    }
  }
  // An answer to a call that nobody waits for any longer is refused, which is fine.
  void answer(const InboxEvent& event) {
    if (event.kind != InboxEvent::Kind::host_call) return;
    const auto asked = js::parse(event.json).as_object();
    auto reply = parts_.reply(asked.at("part").as_string(), asked.at("method").as_string(),
                              asked.at("arguments").as_object(), copies(event.bytes));
    const auto document = js::serialize(reply.document);
    if (reply.kind == HostReply::Kind::answer)
      static_cast<void>(engine_->resolve(event.id, document, shared(std::move(reply.files))));
    if (reply.kind == HostReply::Kind::failure) static_cast<void>(engine_->reject(event.id, document));
  }

  HostParts parts_{host_picture()};
  std::unique_ptr<Engine> engine_;
  std::thread pump_;
};

class EngineLanguage final : public Language {
 public:
  Opened open(RuntimeWish wish) override {
    auto runtime = std::make_unique<EngineRuntime>();
    if (auto error = runtime->open(std::move(wish))) return {nullptr, std::move(error)};
    return {std::move(runtime)};
  }
};

}  // namespace

std::unique_ptr<Language> make_engine_language() {
  return std::make_unique<EngineLanguage>();
}

}  // namespace imagegen::test
