#include <imagegen/core/bytes.hpp>
#include <imagegen/embed/http_routes.hpp>

#include <boost/json/parse.hpp>

#include "embed/operation_table.hpp"

namespace imagegen {
namespace http_operation {
namespace {

namespace js = boost::json;
using json::Need;
using json::ObjectReader;

constexpr std::size_t kMostRoles = 1000, kMostValues = 100;

// A header that came several times may be a list, as Node has them.
void read_headers(ObjectReader& root, HttpHeaders& out, std::vector<FieldFault>& faults) {
  const auto* value = root.value("headers");
  if (!value) return;
  ObjectReader part(*value, root.path_of("headers"), faults);
  if (!part.is_object()) return;
  for (const auto& [name, given] : value->get_object()) {
    if (!given.is_array())
      out.add(name, part.text(name, Need::optional));
    else
      for (auto& text : part.texts(name, kMostValues, Need::optional)) out.add(name, std::move(text));
  }
}

void read_identity(ObjectReader& root, std::optional<HttpIdentity>& out, std::vector<FieldFault>& faults) {
  const auto* value = root.value("identity");
  if (!value || value->is_null()) return;
  ObjectReader part(*value, root.path_of("identity"), faults);
  if (!part.has("user")) part.fault("user", "expected a string, got nothing");
  out = HttpIdentity{part.text("user", Need::optional), part.texts("roles", kMostRoles, Need::optional)};
  part.refuse_unknown();
}

HttpCall read_call(ObjectReader& root, std::vector<FieldFault>& faults) {
  HttpCall call{root.text("method", Need::required), root.text("path", Need::required)};
  read_headers(root, call.headers, faults);
  read_identity(root, call.identity, faults);
  if (root.has("body")) call.body = root.text("body", Need::optional);
  return call;
}

js::object headers_of(const HttpAnswer& answer) {
  js::object headers;
  for (const auto& [name, value] : answer.headers.entries()) headers[name] = value;
  return headers;
}

Task<OperationOutcome> answer_call(OperationContext& context, js::object request) {
  auto read = read_nested_request(request, read_call);
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  auto& call = std::get<HttpCall>(read);
  if (context.inputs.size() > 1 || (!context.inputs.empty() && !call.body.empty()))
    co_return to_failure(Error{Errc::invalid_argument, "expected one body, as text or as the one input, got more"});
  if (!context.inputs.empty()) call.body = as_text(context.inputs.front().view());
  auto given = co_await answer_http(context.host, std::move(call), context.stop);
  if (given.cancelled) co_return std::move(*given.cancelled);
  js::object result{{"status", given.status}, {"headers", headers_of(given)}, {"body", given.body}};
  if (given.incident)
    result["incident"] = {{"id", given.incident->id}, {"error", js::parse(to_json(given.incident->failure))}};
  co_return answer(result);
}

constexpr Operation kOperations[] = {
    {{"http.answer", "Answers an HTTP request by the routes of all operations; its host has the socket.",
      R"({"type": "object", "additionalProperties": false, "required": ["method", "path"],
          "properties": {"method": {"type": "string", "minLength": 1},
            "path": {"type": "string", "minLength": 1, "description": "with the query, percent-encoded as it came"},
            "headers": {"type": "object", "additionalProperties": {"type": ["string", "array"]}},
            "identity": {"type": ["object", "null"], "description": "who is signed in; null or a blank user: nobody",
              "additionalProperties": false, "required": ["user"],
              "properties": {"user": {"type": "string"},
                "roles": {"type": "array", "items": {"type": "string"}}}},
            "body": {"type": "string"}}})",
      R"({"type": "object", "required": ["status", "headers", "body"],
          "properties": {"status": {"type": "integer"},
            "headers": {"type": "object", "additionalProperties": {"type": "string"}}, "body": {"type": "string"},
            "incident": {"type": "object", "required": ["id", "error"], "description": "to log, and not to send",
              "properties": {"id": {"type": "string"}, "error": {"type": "object"}}}}})",
      "the body, where it is not in the request"},
     answer_call,
     true,
     true},
};

}  // namespace
}  // namespace http_operation

std::span<const Operation> http_operations() {
  return http_operation::kOperations;
}

}  // namespace imagegen
