#include "support/mongodb_server.hpp"

#include <mongoc/mongoc.h>

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace imagegen::test {
namespace {

struct OwnedBson {
  explicit OwnedBson(bson_t* owned) : bson(owned) {}
  OwnedBson(const OwnedBson&) = delete;
  OwnedBson& operator=(const OwnedBson&) = delete;
  ~OwnedBson() { bson_destroy(bson); }
  bson_t* bson;
};

}  // namespace

MongoDbServer& MongoDbServer::shared() {
  static MongoDbServer server;
  return server;
}

MongoDbServer::MongoDbServer() : named_(environment("IMAGEGEN_TEST_MONGODB")) {
  mongoc_init();
  mongoc_log_set_handler(nullptr, nullptr);
  if (named_.empty()) launch_ours();
}

void MongoDbServer::launch_ours() {
  const auto classes = last_line_of("'" IMAGEGEN_GET_MONGODB "'");
  if (classes.empty()) return cannot("get-server.sh failed, and IMAGEGEN_TEST_MONGODB is not set");
  ServerKind kind;
  kind.name = "mongo-java-server", kind.ending = SIGTERM, kind.start_limit = std::chrono::seconds(60);
  kind.command = [this, classes](std::uint16_t port) {
    return std::vector<std::string>{"/usr/bin/java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
                                    classes, "MongoTestServer", std::to_string(port), path_of("data")};
  };
  launch(std::move(kind));
}

std::string MongoDbServer::url(const std::string& database) const {
  return named_.empty() ? "mongodb://127.0.0.1:" + std::to_string(port()) + "/" + database
                        : with_database(named_, database);
}

MongoTestDatabase::MongoTestDatabase(MongoDbServer& server) : server_(server), name_(unique_name()) {}

MongoTestDatabase::~MongoTestDatabase() {
  try {
    run(R"({"dropDatabase": 1})");
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the test has failed already, or stopped the server
  }
}

std::string MongoTestDatabase::run(const std::string& command) const {
  bson_error_t failed;
  const auto check = [&](bool well) {
    if (!well) throw std::runtime_error(std::string("the test's own command failed: ") + failed.message);
  };
  const std::unique_ptr<mongoc_client_t, void (*)(mongoc_client_t*)> client(mongoc_client_new(url().c_str()),
                                                                            mongoc_client_destroy);
  const auto* text = reinterpret_cast<const std::uint8_t*>(command.data());
  const OwnedBson parsed(bson_new_from_json(text, std::ssize(command), &failed));
  check(client != nullptr && parsed.bson != nullptr);
  bson_t reply;
  const bool done = mongoc_client_command_simple(client.get(), name_.c_str(), parsed.bson, nullptr, &reply, &failed);
  char* json = bson_as_relaxed_extended_json(&reply, nullptr);
  const std::string answer = json == nullptr ? "" : json;
  bson_free(json);
  bson_destroy(&reply);
  check(done);
  return answer;
}

std::string MongoTestDatabase::find(const std::string& collection, const std::string& filter) const {
  return run(R"({"find": ")" + collection + R"(", "filter": )" + filter + R"(, "limit": 1, "singleBatch": true})");
}

void MongoTestDatabase::update(const std::string& collection, const std::string& filter,
                               const std::string& update) const {
  const auto answer =
      run(R"({"update": ")" + collection + R"(", "updates": [{"q": )" + filter + R"(, "u": )" + update + "}]}");
  if (answer.find("\"n\" : 1") == std::string::npos)
    throw std::runtime_error("the test's own update failed: " + answer);
}

}  // namespace imagegen::test
