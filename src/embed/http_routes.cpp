#include <imagegen/embed/http_routes.hpp>

#include <boost/asio/this_coro.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>

#include "embed/http_errors.hpp"
#include "embed/http_request.hpp"
#include "embed/operation_table.hpp"
#include "runtime/workflows.hpp"
#include "workflow/until_stopped.hpp"

namespace imagegen {
namespace http_route {
namespace {

namespace js = boost::json;

// Of "/a/b" it takes "a" and leaves "/b".
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const auto segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

// The ids in a path; nothing where it is another. Both begin with '/'.
std::optional<std::vector<PathId>> match(std::string_view pattern, std::string_view path) {
  std::vector<PathId> ids;
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = take_segment(pattern), came = take_segment(path);
    if (wanted.starts_with('{'))
      ids.push_back({wanted.substr(1, wanted.size() - 2), came});
    else if (wanted != came)
      return std::nullopt;
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return ids;
}

// What is at a path.
struct Place {
  const RouteProfile* profile = nullptr;  // of the longest prefix that it is below
  std::size_t prefix_size = 0;
  std::vector<MatchedRoute> routes;  // of any method
};

void look_below(std::string_view prefix, std::string_view path, const WorkflowKind& kind, const RouteProfile& profile,
                Place& place) {
  if (prefix == "/") prefix = {};
  if (!path.starts_with(prefix) || (path.size() > prefix.size() && path[prefix.size()] != '/')) return;
  if (!place.profile || prefix.size() > place.prefix_size)
    place.profile = &profile, place.prefix_size = prefix.size();
  path.remove_prefix(prefix.size());
  for (const auto& operation : kind.operations())
    for (const auto& route : operation.routes)
      if (auto ids = match(route.path, path)) place.routes.push_back({profile, operation, route, std::move(*ids)});
}

Place look_up(const RuntimeConfig& config, std::string_view path) {
  Place place;
  for (const WorkflowKind* kind : workflows()) {
    const auto& profile = kind->routes(config);
    for (const auto& prefix : profile.prefixes) look_below(prefix, path, *kind, profile, place);
  }
  return place;
}

const MatchedRoute* route_for(const Place& place, std::string_view method) {
  if (method == "HEAD") method = "GET";
  const auto has = [&](const MatchedRoute& match) { return match.route.method == method; };
  const auto found = std::ranges::find_if(place.routes, has);
  return found == place.routes.end() ? nullptr : &*found;
}

std::string methods_of(const Place& place) {
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
std::string with_ids(std::string json, const MatchedRoute& match) {
  if (match.profile.ids.kind != IdCodec::Kind::integer) return json;
  auto document = js::parse(json);
  for (const auto& [name, segment] : match.ids)
    if (auto* id = document.as_object().if_contains(name); id && id->is_string())
      *id = std::stoll(std::string(id->get_string()));
  return json::write(document);
}

Task<OperationOutcome> answer_by(WorkflowHost& host, const MatchedRoute& match, const HttpCall& call,
                                 std::stop_token stop) {
  if (auto refused = check_access(match, call.identity)) co_return std::move(*refused);
  auto request = http_request(match, call);
  if (auto* refused = std::get_if<OperationFailure>(&request)) co_return std::move(*refused);
  co_return co_await run_routed(host, match.operation, std::get<js::object>(std::move(request)), std::move(stop));
}

OperationFailure no_route(const Place& place) {
  if (place.routes.empty()) return http_refusal(404, "NOT_FOUND", "There is nothing at this address.");
  return http_refusal(405, "METHOD_NOT_ALLOWED", "This address answers to " + methods_of(place) + ".");
}

}  // namespace
}  // namespace http_route

Task<HttpAnswer> answer_http(WorkflowHost& host, HttpCall call, std::stop_token stop) {
  using namespace http_route;
  const auto place = look_up(host.config(), std::string_view(call.target).substr(0, call.target.find('?')));
  const auto* match = route_for(place, call.method);
  OperationOutcome outcome = no_route(place);
  if (match) outcome = co_await answer_by(host, *match, call, stop);
  HttpAnswer answer;
  if (auto* failure = std::get_if<OperationFailure>(&outcome)) {
    const auto* profile = match ? &match->profile : place.profile;
    const auto dialect = profile ? profile->errors : ErrorDialect::ok;
    answer = http_error(dialect, *failure, call.target, to_timestamp(host.clock().wall_now()));
    if (stop.stop_requested() && failure->error.code == Errc::cancelled) answer.cancelled = std::move(*failure);
  } else {
    answer.status = match->route.status;
    answer.body = with_ids(std::move(std::get<OperationResult>(outcome).json), *match);
  }
  if (answer.status == 405) answer.headers.add("Allow", methods_of(place));
  answer.headers.add("Content-Type", "application/json");
  answer.headers.add("Cache-Control", "no-store");
  if (call.method == "HEAD") answer.body.clear();
  co_return answer;
}

}  // namespace imagegen
