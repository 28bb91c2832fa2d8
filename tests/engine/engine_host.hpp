#pragma once
#include <imagegen/engine/engine.hpp>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <functional>
#include <map>
#include <string>
#include <thread>

namespace imagegen::test {

/// The capability of a provider that the host made.
inline constexpr const char* kProvider = R"({"provider": "mine", "model": "m-1", "sizes": {"fixed": [[1024, 1024]]}})";

namespace js = boost::json;

inline constexpr std::chrono::milliseconds kPatience{30'000};

/// A pack of one shot with one small file.
inline std::string one_file_pack() {
  return R"({"export_plan": [{"sku": "S", "shot_id": "A", "base_key": "k", "size_label": "D", "filename": "a.webp",
    "width": 64, "height": 32, "format": "webp"}], "shot_boards": [{"shot_id": "A", "scenario": "a", "camera": "c",
    "framing": "f", "lighting": "l", "color_palette": "p", "sku": "S", "card_title": "t", "collection": "m"}]})";
}

/// One of the shots A and B, with a small file each.
inline js::object two_shot_pack() {
  auto pack = js::parse(one_file_pack()).as_object();
  for (const auto* list : {"export_plan", "shot_boards"}) {
    auto second = pack.at(list).as_array().at(0).as_object();
    second["shot_id"] = "B";
    if (second.contains("filename")) second["filename"] = "b.webp";
    pack.at(list).as_array().push_back(second);
  }
  return pack;
}

inline std::string generate_request(std::string_view more = "") {
  return R"({"workItemId": "wi-1", "lifestylePack": )" + one_file_pack() + std::string(more) + "}";
}

/// What it came to, as a document: the result, or the error.
inline js::object document_of(const OperationOutcome& outcome) {
  const auto* result = std::get_if<OperationResult>(&outcome);
  return js::parse(result ? result->json : to_json(std::get<OperationFailure>(outcome))).as_object();
}

inline std::string code_of(const OperationOutcome& outcome) {
  const auto* failure = std::get_if<OperationFailure>(&outcome);
  return failure ? std::string(to_string(failure->error.code)) : "OK";
}

/// The next event of that kind; others are dropped. Fails the test when none comes.
inline InboxEvent await(Engine& engine, InboxEvent::Kind kind) {
  for (;;) {
    auto pulled = engine.inbox().pull(kPatience);
    auto* event = std::get_if<InboxEvent>(&pulled);
    if (!event) {
      ADD_FAILURE() << "no event of kind " << static_cast<int>(kind);
      return {};
    }
    if (event->kind == kind) return std::move(*event);
  }
}

/// A question of the library, as a host reads it.
struct Question {
  std::uint64_t token = 0;
  std::string part, method;
  js::object arguments;
  std::vector<SharedBytes> bytes;
};

inline Question question_of(InboxEvent event) {
  auto document = js::parse(event.json).as_object();
  return {event.id, std::string(document.at("part").as_string()), std::string(document.at("method").as_string()),
          document.at("arguments").as_object(), std::move(event.bytes)};
}

inline Question await_question(Engine& engine) {
  return question_of(await(engine, InboxEvent::Kind::host_call));
}

/// Answers the questions of an engine's inbox on a thread of its own, until the inbox closes.
class HostThread {
 public:
  using Answer = std::function<void(Engine&, const Question&)>;
  HostThread(Engine& engine, Answer answer) : engine_(engine), answer_(std::move(answer)), thread_([this] { run(); }) {}
  ~HostThread() {
    engine_.close();
    thread_.join();
  }
  HostThread(const HostThread&) = delete;
  HostThread& operator=(const HostThread&) = delete;

 private:
  void run() {
    for (;;) {
      auto pulled = engine_.inbox().pull(kPatience);
      auto* event = std::get_if<InboxEvent>(&pulled);
      if (!event) return;
      if (event->kind == InboxEvent::Kind::host_call) answer_(engine_, question_of(std::move(*event)));
    }
  }

  Engine& engine_;
  Answer answer_;
  std::thread thread_;
};

inline std::unique_ptr<Engine> open_engine(std::string config = "{}", std::vector<HostPart> parts = {}) {
  EngineOptions options;
  options.config_json = std::move(config);
  options.parts = std::move(parts);
  auto opened = Engine::open(std::move(options));
  return std::move(opened.value());
}

/// What a provider may answer.
inline SharedBytes a_provider_picture() {
  const auto made = open_engine()->run(
      "provider.submit", R"({"outsideTheLedger": true, "prompt": "a cat", "width": 1024, "height": 1024})");
  return std::get<OperationResult>(made).bytes.at(0);
}

}  // namespace imagegen::test
