#pragma once
#include <cstdint>
#include <span>
#include <string_view>

/// \file The HTTP routes of an operation, as data: a host's own server, Express, FastAPI and others serve them through
/// answer_http(), which has no socket. Where they are mounted is said by a RouteProfile.
namespace imagegen {

/// Who may call a route.
enum class Access : std::uint8_t {
  anyone,     ///< Also who is not signed in.
  signed_in,  ///< Else 401.
  with_role,  ///< With one of RouteProfile::roles; else 401 or 403.
};

/// A field of a request that the query of an URL may give.
struct QueryField {
  std::string_view name;      ///< Of both.
  bool whole_number = false;  ///< Digits become a number; what else comes is left for the operation to refuse.
};

/// One way to call an operation over HTTP. What is not named here no client can set: neither budgets nor packs.
struct Route {
  std::string_view method;  ///< "POST"; HEAD comes with GET.
  /// Below the prefixes of the system. "{workItemId}" is an id, and the field of the request that takes it.
  std::string_view path;
  Access access = Access::with_role;               ///< Looked at before anything else is.
  int status = 200;                                ///< Of success.
  std::string_view user = {};                      ///< The field that takes the user's name; empty: none does.
  std::span<const std::string_view> body = {};     ///< Fields that a body may have; the operation checks what they are.
  std::span<const QueryField> query = {};          ///< Fields that the query may have.
};

}  // namespace imagegen
