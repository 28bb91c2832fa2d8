#include "state/postgres/connection.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>

#include "state/postgres/errors.hpp"

namespace imagegen::state {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// The server gives up earlier (see PgDatabase); this is for one that no longer answers.
constexpr std::chrono::seconds kAnswerLimit{40};

// Whether the socket became ready before `until`.
bool wait_for(int socket, short events, SteadyTime until) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd watched{socket, events, 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

// What stands before `dbname` is a default, what stands behind it cannot be changed by the URL.
pg_conn* start_connection(const Secret& url) {
  constexpr std::size_t kCount = 7;
  const std::array<const char*, kCount> names = {"fallback_application_name",
                                                 "keepalives_idle",
                                                 "keepalives_interval",
                                                 "tcp_user_timeout",
                                                 "dbname",
                                                 "client_encoding",
                                                 nullptr};
  const std::array<const char*, kCount> values = {"imagegen",           "30",   "10",   "30000",
                                                  url.reveal().c_str(), "UTF8", nullptr};
  return PQconnectStartParams(names.data(), values.data(), /*expand_dbname=*/1);
}

bool finish_connection(pg_conn* connection, SteadyTime until) {
  auto next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
    const short events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!wait_for(PQsocket(connection), events, until)) return false;
    next = PQconnectPoll(connection);
  }
  return true;
}

std::string value_of(const PQconninfoOption* options, std::string_view keyword) {
  for (; options->keyword != nullptr; ++options) {
    if (options->keyword == keyword) return options->val == nullptr ? std::string() : options->val;
  }
  return {};
}

std::string field_of(const pg_result* result, int field) {
  const char* text = PQresultErrorField(result, field);
  return text == nullptr ? "" : text;
}

// In its detail only where the message does not name what it is about: what stands on something that is to be dropped.
std::string words_of(const pg_result* result, const std::string& sqlstate) {
  auto text = field_of(result, PG_DIAG_MESSAGE_PRIMARY);
  const auto detail = field_of(result, PG_DIAG_MESSAGE_DETAIL);
  return sqlstate.starts_with("2B") && !detail.empty() ? text + "\n" + detail : text;
}

}  // namespace

Result<PgAddress> parse_postgres_url(const Secret& url) {
  // libpq's own message would quote parts of the URL, and a part of it is the password.
  const Error unreadable(Errc::invalid_argument,
                         "state: the PostgreSQL URL cannot be read: expected postgres://USER:PASSWORD@HOST:PORT/"
                         "DATABASE, with @ : / % and # in the password written as %40 %3A %2F %25 %23");
  if (url.reveal().find('\0') != std::string::npos) return unreadable;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
      PQconninfoParse(url.reveal().c_str(), nullptr), PQconninfoFree);
  if (!options) return unreadable;
  auto host = value_of(options.get(), "host"), port = value_of(options.get(), "port");
  if (host.find('@') != std::string::npos || port.find('@') != std::string::npos) return unreadable;
  if (host.empty()) host = value_of(options.get(), "hostaddr");
  const auto database = value_of(options.get(), "dbname");
  PgAddress address{url, Secret(value_of(options.get(), "password")), "PostgreSQL"};
  address.server += " at " + (host.empty() ? "the default host" : host) + ":" + (port.empty() ? "5432" : port);
  if (!database.empty()) address.server += ", database " + database;
  return address;
}

Result<std::unique_ptr<PgConnection>> PgConnection::open(const PgAddress& address, std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + std::max(limit, std::chrono::milliseconds(1));
  std::unique_ptr<PgConnection> made(new PgConnection(start_connection(address.url), address.server));
  pg_conn* raw = made->connection_;
  if (raw == nullptr) return Error(Errc::unavailable, address.server + ": out of memory");
  PQsetErrorVerbosity(raw, PQERRORS_VERBOSE);
  PQsetNoticeProcessor(
      raw, [](void*, const char*) {}, nullptr);  // libpq would print them
  if (PQstatus(raw) != CONNECTION_BAD && !finish_connection(raw, until))
    return refused_connection(address.server, "no answer in " + std::to_string(limit.count()) + " ms",
                              address.password);
  if (PQstatus(raw) != CONNECTION_OK) return refused_connection(address.server, PQerrorMessage(raw), address.password);
  PQsetnonblocking(raw, 1);  // so that a large statement cannot block in send()
  return made;
}

PgConnection::~PgConnection() {
  PQfinish(connection_);
}

Result<PgRows> PgConnection::run(const char* sql, const PgParams& params) {
  sqlstate_.clear();
  if (params.fault()) return *params.fault();
  const auto values = params.pointers();
  const auto lengths = params.lengths(), formats = params.formats();
  return answer(PQsendQueryParams(connection_, sql, static_cast<int>(values.size()), nullptr, values.data(),
                                  lengths.data(), formats.data(), /*resultFormat=*/0));
}

Result<PgRows> PgConnection::run_script(const std::string& sql) {
  sqlstate_.clear();
  return answer(PQsendQuery(connection_, sql.c_str()));
}

// The last result of those that came, or the first that says what went wrong.
Result<PgRows> PgConnection::answer(int sent) {
  if (sent == 0) return lost_connection(server_, "the connection broke");
  PgRows last;
  std::optional<Error> failed;
  for (;;) {
    if (!wait_for_answer()) {
      PQfinish(std::exchange(connection_, nullptr));  // the answer may still come, and must not be taken for another's
      return lost_connection(server_, "no answer in time");
    }
    pg_result* result = PQgetResult(connection_);
    if (result == nullptr) break;
    PgRows rows(result);
    const auto status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || failed) {
      last = std::move(rows);
      continue;
    }
    const auto code = field_of(result, PG_DIAG_SQLSTATE);
    if (!code.empty()) sqlstate_ = code;
    failed = code.empty() ? lost_connection(server_, "the connection broke")
                          : refused_statement(server_, code, words_of(result, code));
  }
  drop_notifications();
  if (failed) return *failed;
  return last;
}

// False when nothing came for so long that nothing will. A broken connection is an answer.
bool PgConnection::wait_for_answer() {
  const auto until = std::chrono::steady_clock::now() + kAnswerLimit;
  for (;;) {
    const int unsent = PQflush(connection_);
    if (unsent < 0) return true;
    if (unsent == 0 && PQisBusy(connection_) == 0) return true;
    const short events = unsent > 0 ? POLLIN | POLLOUT : POLLIN;
    if (!wait_for(PQsocket(connection_), events, until)) return false;
    if (PQconsumeInput(connection_) == 0) return true;
  }
}

bool PgConnection::is_broken() const noexcept {
  return PQstatus(connection_) != CONNECTION_OK;
}

bool PgConnection::is_idle() const noexcept {
  return !is_broken() && PQtransactionStatus(connection_) == PQTRANS_IDLE;
}

// An idle server has nothing to say but goodbye.
bool PgConnection::has_gone_stale() const noexcept {
  pollfd watched{PQsocket(connection_), POLLIN, 0};
  return !is_idle() || ::poll(&watched, 1, 0) != 0;
}

int PgConnection::socket() const noexcept {
  return PQsocket(connection_);
}

Result<bool> PgConnection::take_notifications() {
  if (PQconsumeInput(connection_) == 0) return lost_connection(server_, "the connection broke");
  bool any = false;
  while (auto* notification = PQnotifies(connection_)) {
    PQfreemem(notification);
    any = true;
  }
  return any;
}

// Behind a pooler somebody else's LISTEN may still hold in the server's session; libpq would collect what comes.
void PgConnection::drop_notifications() {
  while (auto* notification = PQnotifies(connection_)) PQfreemem(notification);
}

}  // namespace imagegen::state
