#include "support/postgres_server.hpp"

#include <libpq-fe.h>
#include <poll.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <utility>
#include <vector>

#include "storage/support/temp_folder.hpp"
#include "support/server_process.hpp"

namespace imagegen::test {
namespace {

constexpr std::chrono::seconds kStartLimit{30};
constexpr int kStarts = 5;  // the free port may be gone before the server has it

// They refuse root.
ServerUser server_user() {
  ServerUser user;
  const passwd* postgres = ::getuid() == 0 ? ::getpwnam("postgres") : nullptr;  // NOLINT(concurrency-mt-unsafe)
  if (postgres == nullptr) return user;
  return {postgres->pw_name, postgres->pw_uid, postgres->pw_gid, true};
}

std::string find_program(const std::string& name) {
  std::vector<std::string> folders = {"/usr/sbin", "/usr/bin", "/usr/local/bin"};
  for (int version = 20; version >= 13; --version)
    folders.push_back("/usr/lib/postgresql/" + std::to_string(version) + "/bin");
  for (const auto& folder : folders) {
    if (::access((folder + "/" + name).c_str(), X_OK) == 0) return folder + "/" + name;
  }
  return {};
}

using Handle = std::unique_ptr<PGconn, void (*)(PGconn*)>;

Handle connect(const std::string& url) {
  Handle made{PQconnectdb(url.c_str()), PQfinish};
  PQsetNoticeProcessor(
      made.get(), [](void*, const char*) {}, nullptr);
  return made;
}

bool answers(const std::string& url) {
  return PQstatus(connect(url).get()) == CONNECTION_OK;
}

bool wait_until_it_answers(ServerProcess& child, const std::string& url) {
  const auto limit = std::chrono::steady_clock::now() + kStartLimit;
  while (std::chrono::steady_clock::now() < limit && !child.has_ended()) {
    if (answers(url)) return true;
    ::poll(nullptr, 0, 10);
  }
  return false;
}

std::string next_name() {
  static std::atomic<int> number{0};
  return "imagegen_test_" + std::to_string(::getpid()) + "_" + std::to_string(++number);
}

}  // namespace

struct PostgresServer::Process {
  TempFolder folder;
  ServerUser user = server_user();
  std::uint16_t port = 0;
  std::unique_ptr<ServerProcess> child;

  std::string data() const { return (folder.path() / "data").string(); }
  std::string log() const { return (folder.path() / "data.log").string(); }

  bool start(const std::string& url) {
    const std::vector<std::string> arguments = {find_program("postgres"),
                                                "-D",
                                                data(),
                                                "-p",
                                                std::to_string(port),
                                                "-c",
                                                "listen_addresses=127.0.0.1",
                                                "-c",
                                                "unix_socket_directories=",
                                                "-c",
                                                "fsync=off",
                                                "-c",
                                                "max_connections=100",
                                                "-c",
                                                "autovacuum_naptime=5"};
    child = std::make_unique<ServerProcess>(user, arguments, log(), SIGQUIT);
    if (wait_until_it_answers(*child, url)) return true;
    child.reset();
    return false;
  }
};

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() {
  if (const char* url = std::getenv("IMAGEGEN_TEST_POSTGRES"); url != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    environment_url_ = url;
    if (!answers(url)) problem_ = "skipped: no server (nobody answers at IMAGEGEN_TEST_POSTGRES)";
    return;
  }
  process_ = std::make_unique<Process>();
  initialise(process_->data());
  for (int i = 0; i < kStarts && problem_.empty(); ++i) {
    process_->port = free_port();
    if (process_->start(url("postgres"))) {
      run("postgres", "CREATE ROLE locked LOGIN PASSWORD 'right'");
      return;
    }
  }
  if (problem_.empty()) problem_ = "skipped: no server (postgres does not start: " + read_file(process_->log()) + ")";
  process_.reset();
}

PostgresServer::~PostgresServer() = default;

void PostgresServer::initialise(const std::string& folder) {
  const auto initdb = find_program("initdb");
  std::filesystem::create_directory(folder);
  std::filesystem::permissions(process_->folder.path(), std::filesystem::perms(0711));
  write_file(process_->log(), "");
  for (const auto& path : {folder, process_->log()}) {
    if (process_->user.switches && ::chown(path.c_str(), process_->user.uid, process_->user.gid) != 0)
      problem_ = "skipped: no server (no folder for it)";
  }
  const std::vector<std::string> arguments = {
      initdb, "-D", folder, "-A", "trust", "-U", "postgres", "--encoding=UTF8", "--locale=C", "--no-sync"};
  if (initdb.empty())
    problem_ = "skipped: no server (PostgreSQL is not installed, and IMAGEGEN_TEST_POSTGRES is not set)";
  else if (!ServerProcess(process_->user, arguments, process_->log(), SIGKILL).succeeds())
    problem_ = "skipped: no server (initdb failed: " + read_file(process_->log()) + ")";
  if (!problem_.empty()) return;
  const auto rules = folder + "/pg_hba.conf";
  write_file(rules, "host all locked 127.0.0.1/32 scram-sha-256\n" + read_file(rules));
}

std::uint16_t PostgresServer::port() const noexcept {
  return process_ ? process_->port : std::uint16_t{0};
}

std::string PostgresServer::url(const std::string& database) const {
  if (process_) return "postgres://postgres@127.0.0.1:" + std::to_string(process_->port) + "/" + database;
  // The environment's, with another database.
  const auto options = environment_url_.find('?');
  const auto start = environment_url_.find("//");
  const auto slash = environment_url_.find('/', start == std::string::npos ? 0 : start + 2);
  return environment_url_.substr(0, std::min(slash, options)) + "/" + database +
         (options == std::string::npos ? "" : environment_url_.substr(options));
}

void PostgresServer::stop() {
  process_->child.reset();
}

bool PostgresServer::start() {
  return process_->start(url("postgres"));
}

void PostgresServer::run(const std::string& database, const std::string& sql) const {
  (void)ask(database, sql);
}

std::string PostgresServer::ask(const std::string& database, const std::string& sql) const {
  return TestSession(url(database)).run(sql);
}

struct TestSession::Connection {
  Handle handle;
};

TestSession::TestSession(const std::string& url) : connection_(new Connection{connect(url)}) {}
TestSession::~TestSession() = default;

std::string TestSession::run(const std::string& sql) const {
  PGconn* connection = connection_->handle.get();
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection, sql.c_str()), PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
    throw std::runtime_error(std::string("the test's own statement failed: ") + PQerrorMessage(connection));
  return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

TestDatabase::TestDatabase(PostgresServer& server) : server_(server), name_(next_name()) {
  server_.run("postgres", "CREATE DATABASE " + name_);
}
TestDatabase::~TestDatabase() {
  try {
    server_.run("postgres", "DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the test has failed already, or stopped the server
  }
}

TestSchema::TestSchema(PostgresServer& server) : server_(server), name_(next_name()) {
  server_.run("postgres", "CREATE SCHEMA " + name_);
}
TestSchema::~TestSchema() {
  try {
    server_.run("postgres", "DROP SCHEMA " + name_ + " CASCADE");
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
  }
}
std::string TestSchema::url() const {
  const auto base = server_.url("postgres");
  return base + (base.find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3D" + name_;
}

struct PgBouncer::Process {
  TempFolder folder;
  std::uint16_t port = 0;
  std::unique_ptr<ServerProcess> child;
};

PgBouncer::PgBouncer(const PostgresServer& server) : process_(std::make_unique<Process>()) {
  const auto program = find_program("pgbouncer");
  if (program.empty() || !server.is_ours()) {
    problem_ = "skipped: no server (PgBouncer is not installed, or the server is not ours)";
    return;
  }
  const auto user = server_user();
  const auto path = [&](const char* name) { return (process_->folder.path() / name).string(); };
  std::filesystem::permissions(process_->folder.path(), std::filesystem::perms(0711));
  write_file(path("users"), "\"postgres\" \"\"\n");
  write_file(path("log"), "");
  for (const auto* name : {"users", "log"}) {
    if (user.switches && ::chown(path(name).c_str(), user.uid, user.gid) != 0) problem_ = "skipped: no server (chown)";
  }
  process_->port = free_port();
  write_file(path("ini"),
             "[databases]\n* = host=127.0.0.1 port=" + std::to_string(server.port()) +
                 "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " + std::to_string(process_->port) +
                 "\nunix_socket_dir =\nauth_type = trust\nauth_file = " + path("users") +
                 "\npool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 50\n");
  process_->child =
      std::make_unique<ServerProcess>(user, std::vector<std::string>{program, "-q", path("ini")}, path("log"), SIGKILL);
  if (!wait_until_it_answers(*process_->child, url("postgres")))
    problem_ = "skipped: no server (PgBouncer does not start: " + read_file(path("log")) + ")";
}

PgBouncer::~PgBouncer() = default;

std::string PgBouncer::url(const std::string& database) const {
  return "postgres://postgres@127.0.0.1:" + std::to_string(process_->port) + "/" + database;
}

}  // namespace imagegen::test
