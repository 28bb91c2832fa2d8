#include "state/mongo/address.hpp"

#include <utility>

#include "state/mongo/driver.hpp"

namespace imagegen::mongo {
namespace {

// For a server that took a command and then says nothing more.
constexpr int kAnswerLimitMs = 40'000;

std::string hosts_of(const mongoc_uri_t* uri) {
  if (const char* service = driver().uri_get_srv_hostname(uri); service != nullptr) return service;
  std::string hosts;
  for (const auto* host = driver().uri_get_hosts(uri); host != nullptr; host = host->next) {
    if (!hosts.empty()) hosts += ", ";
    hosts += host->host_and_port;
  }
  return hosts;
}

void set_if_absent(mongoc_uri_t* uri, const char* option, int value) {
  if (!driver().uri_has_option(uri, option)) driver().uri_set_option_as_int32(uri, option, value);
}

// Whatever the URL says: a change is there only when most of the servers have it on their disks, and what is read is
// what was written last. Everything here compares before it sets, and that is worth nothing on a server that lags
// behind.
void set_safety(mongoc_uri_t* uri, int wait_ms) {
  mongoc_write_concern_t* writes = driver().write_concern_new();
  driver().write_concern_set_wmajority(writes, wait_ms);
  driver().write_concern_set_journal(writes, true);
  driver().uri_set_write_concern(uri, writes);
  driver().write_concern_destroy(writes);
  mongoc_read_prefs_t* reads = driver().read_prefs_new(MONGOC_READ_PRIMARY);
  driver().uri_set_read_prefs_t(uri, reads);
  driver().read_prefs_destroy(reads);
}

}  // namespace

void DestroyUri::operator()(_mongoc_uri_t* uri) const noexcept {
  driver().uri_destroy(uri);
}

Result<MongoAddress> parse_mongo_url(const Secret& url, std::chrono::milliseconds wait) {
  // libmongoc's own message would quote parts of the URL, and a part of it is the password.
  const Error unreadable(Errc::invalid_argument,
                         "state: the MongoDB URL cannot be read: expected mongodb://USER:PASSWORD@HOST:PORT/DATABASE, "
                         "with @ : / % and ? in the password written as %40 %3A %2F %25 %3F");
  if (const auto loaded = load_driver(); !loaded) return loaded.error();
  if (url.reveal().find('\0') != std::string::npos) return unreadable;
  bson_error_t ignored;
  Uri uri(driver().uri_new_with_error(url.reveal().c_str(), &ignored));
  if (!uri) return unreadable;
  const char* database = driver().uri_get_database(uri.get());
  if (database == nullptr || *database == '\0')
    return Error(Errc::invalid_argument,
                 "state: expected a MongoDB URL with a database, as mongodb://HOST:PORT/DATABASE");
  const int wait_ms = static_cast<int>(wait.count());
  driver().uri_set_option_as_int32(uri.get(), MONGOC_URI_WAITQUEUETIMEOUTMS, wait_ms);
  set_if_absent(uri.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, wait_ms);
  set_if_absent(uri.get(), MONGOC_URI_CONNECTTIMEOUTMS, wait_ms);
  set_if_absent(uri.get(), MONGOC_URI_SOCKETTIMEOUTMS, kAnswerLimitMs);
  if (!driver().uri_has_option(uri.get(), MONGOC_URI_APPNAME)) driver().uri_set_appname(uri.get(), "imagegen");
  set_safety(uri.get(), wait_ms);
  const char* password = driver().uri_get_password(uri.get());
  MongoAddress address;
  address.database = database;
  address.password = Secret(password == nullptr ? "" : password);
  address.server = "MongoDB at " + hosts_of(uri.get()) + ", database " + address.database;
  address.uri = std::move(uri);
  return address;
}

}  // namespace imagegen::mongo
