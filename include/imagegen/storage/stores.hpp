#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/core/secret.hpp>
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/http/http_client.hpp>
#include <imagegen/storage/object_store.hpp>

#include <filesystem>
#include <memory>

/// \file The stores that come with the library.
namespace imagegen {

/// Keeps objects until it is destroyed. Safe from any thread.
std::unique_ptr<ObjectStore> make_memory_store();

/// Keeps objects as files below `root`, which the first put makes if it is not there.
///
/// A put writes a temporary file below `<root>/.imagegen-tmp`, syncs it, and moves it to its name in one step (a link
/// that fails when the name is taken, for conditional puts), then syncs the folder. Paths are opened folder by folder
/// without following links, so that no key leaves the root. Temporary files older than a day are removed at start, where
/// the root is there.
/// Key segments have at most 255 bytes; ".imagegen-tmp" is no first segment. A folder and an object cannot share a
/// name. The etag is made of size, time of last change and inode. Folders that become empty stay.
///
/// \param pool Where the blocking calls run; must outlive the store.
/// \param public_base_url What url() puts before the key; empty: "file://" and the absolute path.
/// \return Errc::invalid_argument for an empty root, Errc::permission_denied, Errc::storage_failed.
Result<std::unique_ptr<ObjectStore>> make_filesystem_store(std::filesystem::path root, ThreadPool& pool,
                                                           std::string public_base_url = {});

/// Where an S3 store is and who asks it.
struct S3Options {
  std::string bucket;                ///< 3..63 lower-case letters, digits, dots and hyphens; must exist.
  std::string prefix;                ///< Put before every key, with a '/' between; may be empty.
  std::string region = "us-east-1";  ///< The bucket's; requests are signed for it.
  std::string endpoint;         ///< "https://host[:port][/path]", a path in path style alone; empty: AWS in the region.
  bool path_style = false;      ///< endpoint/bucket/key instead of bucket.endpoint/key.
  std::string access_key_id;    ///< 1..256 visible ASCII characters without '/' and ','.
  Secret secret_access_key;     ///< Not empty; only signs, and is never sent.
  Secret session_token;         ///< May be empty.
  std::string public_base_url;  ///< What url() puts before the key (without the prefix); empty: the object's address.
  int max_attempts = 4;         ///< Each call, the first one included, 1..100. All S3 calls may be repeated safely.
  std::chrono::milliseconds call_timeout{60'000};  ///< Each try.
};

/// Keeps objects in an S3-compatible service (AWS, R2, MinIO, versitygw). Requests are signed with Signature Version 4
/// over the SHA-256 of the body, which every such service checks; the same digest is kept as metadata and compared when
/// the object is read. What may pass (5xx, 429, the network) is tried again after a random, growing wait, or after
/// Retry-After where that is at most 30 s. A conditional put knows its own object again when an answer was lost.
/// Keys and the prefix with its slash have at most 1024 bytes together. Errc::invalid_argument for options that cannot
/// work. Safe from wherever the HTTP client is.
///
/// \param http, clock must outlive the store.
Result<std::unique_ptr<ObjectStore>> make_s3_store(S3Options options, HttpClient& http, Clock& clock);

}  // namespace imagegen
