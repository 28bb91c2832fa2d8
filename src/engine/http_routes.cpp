#include <imagegen/engine/http_routes.hpp>

#include <boost/asio/this_coro.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>

#include "engine/http_errors.hpp"
#include "engine/http_request.hpp"
#include "engine/operation_table.hpp"
#include "engine/route_table.hpp"
#include "workflow/until_stopped.hpp"

namespace imagegen {
namespace http_route {
namespace {

namespace js = boost::json;

Timestamp now_of(WorkflowHost& host) {
  return to_timestamp(host.clock().wall_now());
}

// RFC 9112, section 3.2: clients of proxies send the whole URL. "*", and what else is no path, has nothing.
std::string_view path_of(std::string_view target) {
  target = target.substr(0, target.find('?'));
  if (target.starts_with('/')) return target;
  const auto scheme = target.find("://");
  if (scheme == std::string_view::npos) return {};
  const auto path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

// A blank user is nobody: no budget holds for one, and no job is found again.
void forget_nobody(std::optional<HttpIdentity>& identity) {
  if (identity && identity->user.find_first_not_of(" \t\r\n") == std::string::npos) identity.reset();
}

const MatchedRoute* route_for(const RoutePlace& place, std::string_view method) {
  if (method == "HEAD") method = "GET";
  const auto has = [&](const MatchedRoute& match) { return match.route.method == method; };
  const auto found = std::ranges::find_if(place.routes, has);
  return found == place.routes.end() ? nullptr : &*found;
}

std::string methods_of(const RoutePlace& place) {
  std::string methods;
  for (const auto& match : place.routes) {
    methods.append(methods.empty() ? "" : ", ").append(match.route.method);
    if (match.route.method == "GET") methods += ", HEAD";
  }
  return methods;
}

std::optional<OperationFailure> check_access(const MatchedRoute& match, const std::optional<HttpIdentity>& identity) {
  const auto access = match.route.access;
  if (access == Access::anyone) return std::nullopt;
  if (!identity) return http_refusal(401, "UNAUTHENTICATED", "Sign in first.");
  const auto& allowed = match.profile.roles;
  const auto may = [&](const std::string& role) { return std::ranges::find(allowed, role) != allowed.end(); };
  if (access == Access::signed_in || allowed.empty() || std::ranges::any_of(identity->roles, may)) return std::nullopt;
  return http_refusal(403, "FORBIDDEN", "You may not do this.");
}

Task<OperationOutcome> without_exceptions(const Operation& operation, OperationContext& context, js::object request) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  co_return co_await run_operation(operation, context, std::move(request));
}

Task<OperationOutcome> run_routed(WorkflowHost& host, const Operation& operation, js::object request,
                                  std::stop_token stop) {
  OperationContext context{host, {}, stop, {}, [](js::object) {}};
  if (operation.ends_by_stop_token) co_return co_await run_operation(operation, context, std::move(request));
  co_return co_await until_stopped(host, without_exceptions(operation, context, std::move(request)), stop);
}

// Ids that are numbers in paths are numbers in answers.
void put_numbers(js::object& result, const MatchedRoute& match) {
  if (match.profile.ids.kind != IdCodec::Kind::integer) return;
  for (const auto& [name, segment] : match.ids)
    if (auto* id = result.if_contains(name); id && id->is_string())
      if (const auto number = integer_id(id->get_string())) *id = *number;
}

// What the operation gives, as clients are told it.
void put_result(HttpAnswer& answer, std::string_view json, const MatchedRoute& match, Timestamp now) {
  answer.status = match.route.status;
  auto document = js::parse(json);
  answer.incident = hide_causes(document.as_object(), answer.status, now);
  put_numbers(document.as_object(), match);
  answer.body = json::write(document);
}

Task<OperationOutcome> answer_by(WorkflowHost& host, const MatchedRoute& match, const HttpCall& call,
                                 std::stop_token stop) {
  if (auto refused = check_access(match, call.identity)) co_return std::move(*refused);
  auto request = http_request(match, call);
  if (auto* refused = std::get_if<OperationFailure>(&request)) co_return std::move(*refused);
  co_return co_await run_routed(host, match.operation, std::get<js::object>(std::move(request)), std::move(stop));
}

OperationFailure no_route(const RoutePlace& place) {
  if (place.routes.empty()) return http_refusal(404, "NOT_FOUND", "There is nothing at this address.");
  return http_refusal(405, "METHOD_NOT_ALLOWED", "This address answers to " + methods_of(place) + ".");
}

}  // namespace
}  // namespace http_route

Task<HttpAnswer> answer_http(WorkflowHost& host, HttpCall call, std::stop_token stop) {
  using namespace http_route;
  const auto table = routes_of(host.config());
  if (!table) co_return http_error(ErrorDialect::ok, to_unavailable(table.error()), call.target, now_of(host));
  forget_nobody(call.identity);
  const auto place = (*table)->find(path_of(call.target));
  const auto* match = route_for(place, call.method);
  OperationOutcome outcome = no_route(place);
  if (match) outcome = co_await answer_by(host, *match, call, stop);
  HttpAnswer answer;
  const auto now = now_of(host);
  if (auto* failure = std::get_if<OperationFailure>(&outcome)) {
    const auto* profile = match ? &match->profile : place.profile;
    const auto dialect = profile ? profile->errors : ErrorDialect::ok;
    answer = http_error(dialect, *failure, call.target, now);
    if (stop.stop_requested() && failure->error.code == Errc::cancelled) answer.cancelled = std::move(*failure);
  } else {
    put_result(answer, std::get<OperationResult>(outcome).json, *match, now);
  }
  if (answer.status == 405) answer.headers.add("Allow", methods_of(place));
  answer.headers.add("Content-Type", "application/json");
  answer.headers.add("Cache-Control", "no-store");
  if (call.method == "HEAD") answer.body.clear();
  co_return answer;
}

}  // namespace imagegen
