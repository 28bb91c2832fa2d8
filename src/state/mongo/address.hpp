#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/core/secret.hpp>

#include <chrono>
#include <memory>
#include <string>

struct _mongoc_uri_t;

namespace imagegen::mongo {

struct DestroyUri {
  void operator()(_mongoc_uri_t* uri) const noexcept;
};
using Uri = std::unique_ptr<_mongoc_uri_t, DestroyUri>;

/// Where the server is, and how to get in.
struct MongoAddress {
  Uri uri;  ///< With our timeouts where the URL names none, and reads and writes as the stores need them.
  std::string database;
  Secret password;     ///< Of the URL, to be kept out of messages; may be empty.
  std::string server;  ///< "MongoDB at 10.0.0.5:27017, database shop", for messages.
};

/// Loads libmongoc. Errc::unsupported where there is none; Errc::invalid_argument for a URL that it cannot read or that
/// names no database; never quotes it.
Result<MongoAddress> parse_mongo_url(const Secret& url, std::chrono::milliseconds wait);

}  // namespace imagegen::mongo
