#pragma once
#include <cstdint>
#include <string>
#include <vector>

/// \file How the HTTP routes of one system are mounted: what its operator chooses. The routes themselves are in
/// workflow/route.hpp.
namespace imagegen {

/// In which form a system tells its errors; docs/http-routes.md shows each.
enum class ErrorDialect : std::uint8_t {
  ok,       ///< `{ok: false, error: CODE, message, details?}`
  success,  ///< `{success: false, error: text, code, details?}`
  nest,     ///< `{statusCode, message, messages: [text], code, timestamp, path}`
  admin,    ///< `{success: false, error: {code, message, details?}, message}`
};

/// How the ids of a system stand in paths.
struct IdCodec {
  /// Which form they have.
  enum class Kind : std::uint8_t {
    text,     ///< Any text of at most 256 bytes without control characters.
    integer,  ///< Digits, at most 2^53 - 1; a JSON number in answers.
    prefix,   ///< With `prefix` or without it; operations get it with the prefix.
  } kind = Kind::text;
  std::string prefix = {};  ///< Of Kind::prefix: "imgjob_".
};

/// One mounted system: its routes are those of its operations.
struct RouteProfile {
  /// What paths begin with, such as "/image", or "/" for nothing; all serve the same routes. Empty: there are none.
  std::vector<std::string> prefixes;
  ErrorDialect errors = ErrorDialect::ok;  ///< Of all its routes, and of paths below its prefixes that are none.
  IdCodec ids = {};                        ///< Of all ids in its paths.
  std::vector<std::string> roles = {};     ///< Who may use Access::with_role; empty: whoever is signed in.
};

}  // namespace imagegen
