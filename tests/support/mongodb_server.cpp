#include "support/mongodb_server.hpp"

#include <mongoc/mongoc.h>
#include <poll.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "storage/support/temp_folder.hpp"
#include "support/server_process.hpp"

namespace imagegen::test {
namespace {

constexpr std::chrono::seconds kStartLimit{60};
constexpr int kStarts = 5;  // the free port may be gone before the server has it

// What get-server.sh says on its last line, or nothing. What went wrong was printed by the script.
std::string get_class_path() {
  std::FILE* pipe = ::popen("'" IMAGEGEN_GET_MONGODB "'", "r");
  if (pipe == nullptr) return {};
  std::string last;
  std::array<char, 4096> line{};
  while (std::fgets(line.data(), static_cast<int>(line.size()), pipe) != nullptr) last = line.data();
  if (::pclose(pipe) != 0) return {};
  while (last.ends_with('\n')) last.pop_back();
  return last;
}

struct OwnedBson {
  explicit OwnedBson(bson_t* owned) : bson(owned) {}
  OwnedBson(const OwnedBson&) = delete;
  OwnedBson& operator=(const OwnedBson&) = delete;
  ~OwnedBson() { bson_destroy(bson); }
  bson_t* bson;
};

std::string next_name() {
  static std::atomic<int> number{0};
  return "imagegen_test_" + std::to_string(::getpid()) + "_" + std::to_string(++number);
}

}  // namespace

struct MongoDbServer::Process {
  TempFolder folder;
  std::string class_path;
  std::uint16_t port = 0;
  std::unique_ptr<ServerProcess> child;

  std::string log() const { return (folder.path() / "log").string(); }

  bool start() {
    const std::vector<std::string> arguments = {
        "/usr/bin/java", "-Xmx512m",        "-XX:+UseSerialGC",   "-XX:TieredStopAtLevel=1",        "-cp",
        class_path,      "MongoTestServer", std::to_string(port), (folder.path() / "data").string()};
    child = std::make_unique<ServerProcess>(ServerUser(), arguments, log(), SIGTERM);
    const auto limit = std::chrono::steady_clock::now() + kStartLimit;
    while (std::chrono::steady_clock::now() < limit && !child->has_ended()) {
      if (listens(port)) return true;
      ::poll(nullptr, 0, 10);
    }
    child.reset();
    return false;
  }
};

MongoDbServer& MongoDbServer::shared() {
  static MongoDbServer server;
  return server;
}

MongoDbServer::MongoDbServer() {
  mongoc_init();
  mongoc_log_set_handler(nullptr, nullptr);
  if (const char* url = std::getenv("IMAGEGEN_TEST_MONGODB"); url != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    environment_url_ = url;
    return;
  }
  process_ = std::make_unique<Process>();
  process_->class_path = get_class_path();
  if (process_->class_path.empty())
    problem_ = "skipped: no server (get-server.sh failed, and IMAGEGEN_TEST_MONGODB is not set)";
  for (int i = 0; i < kStarts && problem_.empty(); ++i) {
    process_->port = free_port();
    if (process_->start()) return;
  }
  if (problem_.empty())
    problem_ = "skipped: no server (mongo-java-server does not start: " + read_file(process_->log()) + ")";
  process_.reset();
}

MongoDbServer::~MongoDbServer() = default;

std::uint16_t MongoDbServer::port() const noexcept {
  return process_ ? process_->port : std::uint16_t{0};
}

std::string MongoDbServer::url(const std::string& database) const {
  if (process_) return "mongodb://127.0.0.1:" + std::to_string(process_->port) + "/" + database;
  // The environment's, with another database.
  const auto options = environment_url_.find('?');
  const auto start = environment_url_.find("//");
  const auto slash = environment_url_.find('/', start == std::string::npos ? 0 : start + 2);
  return environment_url_.substr(0, std::min(slash, options)) + "/" + database +
         (options == std::string::npos ? "" : environment_url_.substr(options));
}

void MongoDbServer::stop() {
  process_->child.reset();
}

bool MongoDbServer::start() {
  return process_->start();
}

MongoTestDatabase::MongoTestDatabase(MongoDbServer& server) : server_(server), name_(next_name()) {}

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
