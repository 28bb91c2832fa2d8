#pragma once
#include <imagegen/core/secret.hpp>
#include <imagegen/http/http_message.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

/// \file AWS Signature Version 4 for requests whose whole body is hashed before it is sent. Pure.
/// Source: AWS, "Signature calculations for the Authorization header: transferring payload in a single chunk".
namespace imagegen::detail {

/// What a signature is bound to, beside the request.
struct SigV4Scope {
  std::string date_time;  ///< "20130524T000000Z"
  std::string region;
  std::string service;
};

struct QueryParameter {
  std::string name;
  std::string value;
};

/// "20130524T000000Z"
std::string sigv4_date_time(std::chrono::system_clock::time_point when);

/// Percent-encoded and sorted by name, then value; also what is sent. "" for no parameters.
std::string canonical_query(const std::vector<QueryParameter>& parameters);

/// "host;x-amz-date": lower-case names in order.
std::string signed_header_names(const std::vector<HttpHeader>& headers);

/// \param path Percent-encoded once, as it is sent.
/// \param headers All that are signed, Host among them, any order and case.
/// \param payload_sha256 Lower-case hexadecimal.
std::string canonical_request(std::string_view method, std::string_view path, std::string_view query,
                              const std::vector<HttpHeader>& headers, std::string_view payload_sha256);

std::string string_to_sign(const SigV4Scope& scope, std::string_view canonical_request);

/// Lower-case hexadecimal.
std::string sigv4_signature(const Secret& secret_access_key, const SigV4Scope& scope, std::string_view string_to_sign);

/// The value of the Authorization header.
std::string sigv4_authorization(std::string_view access_key_id, const SigV4Scope& scope,
                                std::string_view signed_headers, std::string_view signature);

}  // namespace imagegen::detail
