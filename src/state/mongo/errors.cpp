#include "state/mongo/errors.hpp"

#include <mongoc/mongoc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace imagegen::mongo {
namespace {

constexpr std::size_t kLongestMessage = 400;

template <std::size_t N>
bool is_one_of(std::uint32_t code, const std::array<std::uint32_t, N>& codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// Numbers of https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
constexpr std::array<std::uint32_t, 3> kDenied = {13, 18, 8000};  // Unauthorized, AuthenticationFailed, AtlasError
// The server is going, coming, stepping down or too slow.
constexpr std::array<std::uint32_t, 17> kPassing = {6,   7,   24,   50,    64,    89,    91,    112,  133,
                                                    189, 262, 9001, 10107, 11600, 11602, 13435, 13436};
constexpr std::uint32_t kDuplicate = 11000, kTooLarge = 10334;

bool is_denied(const bson_error_t& failed) {
  if (failed.domain == MONGOC_ERROR_SERVER) return is_one_of(failed.code, kDenied);
  return failed.domain == MONGOC_ERROR_CLIENT && failed.code == MONGOC_ERROR_CLIENT_AUTHENTICATE;
}

bool is_passing(const bson_error_t& failed) {
  switch (failed.domain) {
    case MONGOC_ERROR_STREAM:
    case MONGOC_ERROR_SERVER_SELECTION:
    case MONGOC_ERROR_WRITE_CONCERN:
    case MONGOC_ERROR_POOL:
      return true;
    case MONGOC_ERROR_CLIENT:
      return failed.code == MONGOC_ERROR_CLIENT_NOT_READY || failed.code == MONGOC_ERROR_CLIENT_NO_ACCEPTABLE_PEER;
    case MONGOC_ERROR_PROTOCOL:
      return failed.code == MONGOC_ERROR_PROTOCOL_INVALID_REPLY;  // the connection broke in the middle of one
    case MONGOC_ERROR_SERVER:
      return is_one_of(failed.code, kPassing);
    default:
      return false;
  }
}

// One line, not too long.
std::string tidy(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (text.ends_with(' ')) text.pop_back();
  if (text.size() > kLongestMessage) text.resize(kLongestMessage);
  return text;
}

std::string numbers(const bson_error_t& failed) {
  return "error " + std::to_string(failed.domain) + "." + std::to_string(failed.code);
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// What a server says, as far as it says it in its own words: data comes in braces, brackets and quotes.
std::string own_words(const std::string& text) {
  auto at = text.find_first_of("{[\"'`");
  const auto is_apostrophe = [&](std::size_t i) {
    return text[i] == '\'' && i > 0 && i + 1 < text.size() && is_letter(text[i - 1]) && is_letter(text[i + 1]);
  };
  while (at != std::string::npos && is_apostrophe(at)) at = text.find_first_of("{[\"'`", at + 1);
  auto words = tidy(text.substr(0, at));
  while (words.ends_with(' ') || words.ends_with(':')) words.pop_back();
  if (words.empty()) return {};
  return ": " + words + (at == std::string::npos ? "" : " ...");
}

}  // namespace

Error unavailable(std::string message) {
  Error error(Errc::unavailable, std::move(message));
  error.retry = Retry::later;
  return error;
}

Error too_busy(std::string_view what) {
  return unavailable(std::string(what) +
                     ": others changed it at the same time, again and again; make the same call again");
}

bool is_duplicate(const bson_error_t& failed) noexcept {
  return failed.code == kDuplicate;
}

// What a server says of data may quote users, so only what it says of itself and of the way to it is shown.
Error refused(const std::string& server, const bson_error_t& failed, const Secret& password) {
  const auto text = redact(failed.message, password);
  if (is_denied(failed))
    return {Errc::permission_denied, server + ": it refused user or password, or the user may not read and write the " +
                                         "database; correct that in the URL or give the rights (" + numbers(failed) +
                                         own_words(text) + ")"};
  if (is_passing(failed)) {
    // The driver's own words quote addresses.
    const bool told = failed.domain == MONGOC_ERROR_SERVER_SELECTION || failed.domain == MONGOC_ERROR_STREAM;
    const auto detail = told ? ": " + tidy(text) : own_words(text);
    return unavailable(server +
                       ": it cannot be reached or does not answer; whether a change was made is not known, and " +
                       "the same call can be made again (" + numbers(failed) + detail + ")");
  }
  const bool too_large =
      failed.domain == MONGOC_ERROR_SERVER ? failed.code == kTooLarge : failed.domain == MONGOC_ERROR_BSON;
  if (too_large)
    return {Errc::limit_exceeded, server + ": a document is larger than the server takes (" + numbers(failed) +
                                         own_words(text) + ")"};
  Error error(Errc::storage_failed, server + ": it refused a command (" + numbers(failed) + own_words(text) + ")");
  error.provider_text = text;
  return error;
}

}  // namespace imagegen::mongo
