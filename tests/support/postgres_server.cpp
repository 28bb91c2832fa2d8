#include "support/postgres_server.hpp"

#include <libpq-fe.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>
#include <vector>


namespace imagegen::test {
namespace {

// They refuse root.
ProgramUser server_user() {
  const passwd* postgres = ::getuid() == 0 ? ::getpwnam("postgres") : nullptr;  // NOLINT(concurrency-mt-unsafe)
  if (postgres == nullptr) return {};
  return {postgres->pw_uid, postgres->pw_gid, true};
}

// Whether all of these are then the server's.
bool hand_over(const ProgramUser& user, const std::vector<std::string>& paths) {
  return !user.switches || std::all_of(paths.begin(), paths.end(), [&](const std::string& path) {
    return ::chown(path.c_str(), user.uid, user.gid) == 0;
  });
}

std::string url_at(std::uint16_t port, const std::string& database) {
  return "postgres://postgres@127.0.0.1:" + std::to_string(port) + "/" + database;
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

}  // namespace

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() : named_(environment("IMAGEGEN_TEST_POSTGRES")) {
  if (named_.empty()) launch_ours();
  if (!named_.empty() && !answers(named_)) cannot("nobody answers at IMAGEGEN_TEST_POSTGRES");
}

void PostgresServer::launch_ours() {
  initialise();
  if (!problem().empty()) return;
  ServerKind kind;
  kind.name = "postgres", kind.user = server_user(), kind.ending = SIGQUIT;
  kind.answers = [data = data()](std::uint16_t port) { return serves(port, data); };
  kind.command = [data = data()](std::uint16_t port) {
    std::vector<std::string> command{find_program("postgres"), "-D", data, "-p", std::to_string(port)};
    for (const auto* setting : {"listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off",
                                "max_connections=100", "autovacuum_naptime=5"})
      command.insert(command.end(), {"-c", setting});
    return command;
  };
  launch(std::move(kind));
  if (problem().empty()) run("postgres", "CREATE ROLE locked LOGIN PASSWORD 'right'");
}

bool PostgresServer::serves(std::uint16_t port, const std::string& data) {
  const auto connection = connect(url_at(port, "postgres"));
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection.get(), "SHOW data_directory"), PQclear);
  std::error_code none;
  return PQntuples(result.get()) == 1 && std::filesystem::equivalent(PQgetvalue(result.get(), 0, 0), data, none);
}

void PostgresServer::initialise() {
  const auto initdb = find_program("initdb"), data = this->data();
  if (initdb.empty()) return cannot("PostgreSQL is not installed, and IMAGEGEN_TEST_POSTGRES is not set");
  std::filesystem::create_directory(data);
  std::filesystem::permissions(path_of(""), std::filesystem::perms(0711));
  write_file(path_of("log"), "");
  ProgramOptions options;
  options.user = server_user(), options.log = path_of("log");
  if (!hand_over(options.user, {data, options.log})) return cannot("no folder for it");
  Program made({initdb, "-D", data, "-A", "trust", "-U", "postgres", "--encoding=UTF8", "--locale=C", "--no-sync"},
               options);
  if (made.wait() != 0) return cannot("initdb failed: " + log());
  const auto rules = data + "/pg_hba.conf";
  write_file(rules, "host all locked 127.0.0.1/32 scram-sha-256\n" + read_file(rules));
}

std::string PostgresServer::url(const std::string& database) const {
  return named_.empty() ? url_at(port(), database) : with_database(named_, database);
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

TestDatabase::TestDatabase(PostgresServer& server) : server_(server), name_(unique_name()) {
  server_.run("postgres", "CREATE DATABASE " + name_);
}
TestDatabase::~TestDatabase() {
  try {
    server_.run("postgres", "DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the test has failed already, or stopped the server
  }
}

TestSchema::TestSchema(PostgresServer& server) : server_(server), name_(unique_name()) {
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

void PgBouncer::launch_before(const PostgresServer& server) {
  const auto program = find_program("pgbouncer");
  if (program.empty() || !server.is_ours()) return cannot("PgBouncer is not installed, or the server is not ours");
  std::filesystem::permissions(path_of(""), std::filesystem::perms(0711));
  write_file(path_of("users"), "\"postgres\" \"\"\n");
  write_file(path_of("log"), "");
  ServerKind kind;
  kind.name = "PgBouncer", kind.user = server_user();
  kind.answers = [data = server.data()](std::uint16_t port) { return PostgresServer::serves(port, data); };
  if (!hand_over(kind.user, {path_of("users"), path_of("log")})) return cannot("no folder for it");
  kind.command = [this, program, behind = server.port()](std::uint16_t port) {
    write_file(path_of("ini"), "[databases]\n* = host=127.0.0.1 port=" + std::to_string(behind) +
                                   "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " + std::to_string(port) +
                                   "\nunix_socket_dir =\nauth_type = trust\nauth_file = " + path_of("users") +
                                   "\npool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 50\n");
    return std::vector<std::string>{program, "-q", path_of("ini")};
  };
  launch(std::move(kind));
}

std::string PgBouncer::url(const std::string& database) const {
  return url_at(port(), database);
}

}  // namespace imagegen::test
