#pragma once
#include <imagegen/storage/object_store.hpp>

#include <string>
#include <string_view>
#include <vector>

/// \file The bodies of S3 answers. Pure.
namespace imagegen::detail {

/// One page of ListObjectsV2.
struct S3ListPage {
  std::vector<ObjectInfo> objects;  ///< Whole keys in the bucket; etags without quotes.
  std::string continuation_token;   ///< Empty on the last page.
};

/// \return Errc::bad_answer or Errc::limit_exceeded for what is not a `ListBucketResult`.
Result<S3ListPage> parse_s3_list(std::string_view xml);

struct S3ErrorBody {
  std::string code;     ///< "NoSuchKey": letters, digits and dots, at most 64; else empty.
  std::string message;  ///< The server's words.
};

/// Both fields are empty for what is not an S3 error document.
S3ErrorBody parse_s3_error(std::string_view xml);

/// Without the quotes around it.
std::string bare_etag(std::string_view etag);

}  // namespace imagegen::detail
