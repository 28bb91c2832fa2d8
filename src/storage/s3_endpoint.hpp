#pragma once
#include <imagegen/http/http_message.hpp>
#include <imagegen/storage/stores.hpp>

#include "storage/sigv4.hpp"

#include <string>
#include <vector>

/// \file From a call to a signed request. Pure.
namespace imagegen::detail {

inline constexpr std::string_view kSha256Header = "x-amz-meta-imagegen-sha256";
inline constexpr std::string_view kPutIdHeader = "x-amz-meta-imagegen-put";

/// A request without date and signature, so that it can be sent again with new ones.
struct S3Call {
  std::string what;  ///< For messages: "put fcc/a.webp".
  std::string method;
  std::string key;  ///< In the bucket, prefix included; empty: the bucket itself.
  std::vector<QueryParameter> query;
  std::vector<HttpHeader> headers;  ///< Beside those that signing adds.
  ByteView body;                    ///< Borrowed.
  std::string body_sha256;          ///< Hexadecimal.
  std::size_t max_response_bytes = 64U << 10U;
};

/// Where a bucket is and who asks.
class S3Endpoint {
 public:
  /// \return Errc::invalid_argument naming the option that cannot work.
  static Result<S3Endpoint> from(const S3Options& options);

  /// Signs the host, the date, the digest of the body and every header of the call.
  HttpRequest request(const S3Call& call, std::chrono::system_clock::time_point now) const;

  /// The object's own address, unsigned.
  std::string object_url(std::string_view key) const;

  /// `text` without the secrets of this endpoint.
  std::string redacted(std::string text) const;

 private:
  S3Endpoint() = default;
  std::string target_path(std::string_view key) const;

  Url base_;               // its host has the bucket in front in virtual-host style
  std::string path_root_;  // "/"; in path style the endpoint's path and the bucket, "/storage/v1/s3/bucket/"
  std::string region_;
  std::string access_key_id_;
  Secret secret_access_key_;
  Secret session_token_;
};

}  // namespace imagegen::detail
