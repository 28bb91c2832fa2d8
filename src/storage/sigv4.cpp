#include "storage/sigv4.hpp"

#include <imagegen/core/digest.hpp>

#include "storage/object_headers.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

namespace imagegen::detail {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Without spaces at the ends, and with single ones inside.
std::string trimmed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    out += c;
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// Values of one name are joined by commas in the order they are sent.
std::map<std::string, std::string> canonical_headers(const std::vector<HttpHeader>& headers) {
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : headers) {
    const auto [place, is_new] = out.try_emplace(lower_case(name), trimmed(value));
    if (!is_new) place->second += "," + trimmed(value);
  }
  return out;
}

std::string credential_scope(const SigV4Scope& scope) {
  return scope.date_time.substr(0, 8) + "/" + scope.region + "/" + scope.service + "/aws4_request";
}

}  // namespace

std::string sigv4_date_time(std::chrono::system_clock::time_point when) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(when);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(seconds - day);
  char text[64];
  std::snprintf(text, sizeof text, "%04d%02u%02uT%02d%02d%02dZ", int(date.year()), unsigned(date.month()),
                unsigned(date.day()), static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

std::string canonical_query(const std::vector<QueryParameter>& parameters) {
  std::vector<std::pair<std::string, std::string>> encoded;
  for (const auto& [name, value] : parameters) {
    encoded.emplace_back(percent_encode(name, /*keep_slashes=*/false), percent_encode(value, /*keep_slashes=*/false));
  }
  // After encoding: '%' sorts before letters and digits, so encoding changes the order.
  std::sort(encoded.begin(), encoded.end());
  std::string out;
  for (const auto& [name, value] : encoded) {
    if (!out.empty()) out += '&';
    out.append(name).append("=").append(value);
  }
  return out;
}

std::string signed_header_names(const std::vector<HttpHeader>& headers) {
  std::string out;
  for (const auto& [name, value] : canonical_headers(headers)) {
    if (!out.empty()) out += ';';
    out += name;
  }
  return out;
}

std::string canonical_request(std::string_view method, std::string_view path, std::string_view query,
                              const std::vector<HttpHeader>& headers, std::string_view payload_sha256) {
  std::string out;
  out.append(method).append("\n").append(path).append("\n").append(query).append("\n");
  for (const auto& [name, value] : canonical_headers(headers)) out.append(name).append(":").append(value).append("\n");
  out.append("\n").append(signed_header_names(headers)).append("\n").append(payload_sha256);
  return out;
}

std::string string_to_sign(const SigV4Scope& scope, std::string_view canonical_request) {
  return std::string(kAlgorithm) + "\n" + scope.date_time + "\n" + credential_scope(scope) + "\n" +
         to_hex(sha256(canonical_request));
}

std::string sigv4_signature(const Secret& secret_access_key, const SigV4Scope& scope, std::string_view string_to_sign) {
  Sha256 key = hmac_sha256(as_bytes("AWS4" + secret_access_key.reveal()), as_bytes(scope.date_time.substr(0, 8)));
  for (const std::string_view part : {std::string_view(scope.region), std::string_view(scope.service),
                                      std::string_view("aws4_request"), string_to_sign}) {
    key = hmac_sha256(key, as_bytes(part));
  }
  return to_hex(key);
}

std::string sigv4_authorization(std::string_view access_key_id, const SigV4Scope& scope,
                                std::string_view signed_headers, std::string_view signature) {
  return std::string(kAlgorithm) + " Credential=" + std::string(access_key_id) + "/" + credential_scope(scope) +
         ", SignedHeaders=" + std::string(signed_headers) + ", Signature=" + std::string(signature);
}

}  // namespace imagegen::detail
