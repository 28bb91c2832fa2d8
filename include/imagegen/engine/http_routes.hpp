#pragma once
#include <imagegen/core/task.hpp>
#include <imagegen/http/http_message.hpp>
#include <imagegen/workflow/operation.hpp>
#include <imagegen/workflow/workflow.hpp>

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

/// \file The HTTP routes of all operations, without a socket: whoever has a server hands over what came, and sends what
/// is given back. docs/http-routes.md says what holds for all of them.
namespace imagegen {

/// Who is asking, as the host knows it.
struct HttpIdentity {
  std::string user;                     ///< Whose jobs and budget it is. A blank one is nobody: not signed in.
  std::vector<std::string> roles = {};  ///< Compared with RouteProfile::roles.
};

/// What a client has sent.
struct HttpCall {
  std::string method;                          ///< In upper case.
  /// Path and query, still percent-encoded: "/image/job-list?limit=5". Of a whole URL they are what stands behind its
  /// host; "*" is no path.
  std::string target;
  HttpHeaders headers = {};                    ///< All of them.
  std::string body = {};                       ///< As it came; empty is as "{}".
  std::optional<HttpIdentity> identity = {};   ///< Nothing: not signed in.
};

/// Something that went wrong on our side. For those who run the host, and never for the client, who gets the id alone.
struct HttpIncident {
  std::string id;            ///< Stands in the message of the answer.
  OperationFailure failure;  ///< The cause.
};

/// What to send back.
struct HttpAnswer {
  int status = 200;                            ///< Of HTTP.
  HttpHeaders headers = {};                    ///< All but Content-Length.
  std::string body = {};                       ///< JSON; empty for HEAD.
  /// With every status from 500 on, and where parts of a result failed: clients are not told why.
  std::optional<HttpIncident> incident = {};
  /// The call was stopped because nobody waits for its answer: what it came to. Status 499.
  std::optional<OperationFailure> cancelled = {};
};

/// Makes the table of all routes for the runtimes that are opened with `config`, as Engine::open() does; where it was
/// not made, each call makes its own. Errc::invalid_argument where two operations would answer the same calls.
Result<void> mount_routes(RuntimeConfig& config);

/// Answers a call by the route that it means: 404 where there is none, 405 where the path has other methods, then 401,
/// 403, 400 for the id and 400 for the body, each before anything has been done. For coroutines on the I/O thread that
/// are not cancelled as Asio does. \param stop The client has gone: cancels the operation.
Task<HttpAnswer> answer_http(WorkflowHost& host, HttpCall call, std::stop_token stop);

}  // namespace imagegen
