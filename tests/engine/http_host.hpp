#pragma once
#include <fstream>

#include "engine/engine_host.hpp"
#include "storage/support/temp_folder.hpp"

namespace imagegen::test {

/// What a client sends, and who it is.
struct Ask {
  const char *method, *path;
  std::string body = {};
  const char* identity = R"({"user": "ann", "roles": ["ops"]})";  // "null": nobody
};

struct HttpReply {
  int status = 0;
  js::object headers;
  std::string body;
  js::value document = {};  // the body
  js::object result = {};   // all of it
};

inline std::string http_request_of(const Ask& ask) {
  js::object request{{"method", ask.method}, {"path", ask.path}, {"identity", js::parse(ask.identity)}};
  return js::serialize(request);
}

inline HttpReply ask(Engine& engine, const Ask& ask) {
  std::vector<SharedBytes> inputs;
  if (!ask.body.empty()) inputs.emplace_back(to_bytes(ask.body));
  auto result = document_of(engine.run("http.answer", http_request_of(ask), std::move(inputs)));
  if (!result.contains("status") || !result.contains("headers")) {
    ADD_FAILURE() << "no answer: " << result;
    return {};
  }
  HttpReply answered{static_cast<int>(result.at("status").as_int64()), result.at("headers").as_object(),
                    std::string(result.at("body").as_string())};
  if (!answered.body.empty()) answered.document = js::parse(answered.body);
  answered.result = std::move(result);
  return answered;
}

/// A runtime with a folder of packs: wi-1 and 41, of one small file each.
class HttpHost {
 public:
  explicit HttpHost(js::object config = {}, std::vector<HostPart> parts = {}) {
    for (const auto* file : {"wi-1.json", "41.json"}) std::ofstream(folder_.path() / file) << one_file_pack();
    config["lifestylePacks"] = folder_.path().string();
    engine_ = open_engine(js::serialize(config), std::move(parts));
  }
  Engine& engine() { return *engine_; }
  HttpReply operator()(const Ask& asked) { return ask(*engine_, asked); }
  /// Pictures that were bought, and jobs that will buy some.
  std::size_t purchases() { return count("spend.list", "purchases"); }
  std::size_t jobs() { return count("prompts.list", "jobs"); }

 private:
  std::size_t count(const char* operation, const char* list) {
    return document_of(engine_->run(operation, "{}")).at(list).as_array().size();
  }

  TempFolder folder_;
  std::unique_ptr<Engine> engine_;
};

inline constexpr const char* kHeroes = "/api/work-items/wi-1/generate-lifestyle-heroes";

}  // namespace imagegen::test
