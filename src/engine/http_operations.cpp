#include <imagegen/core/bytes.hpp>
#include <imagegen/engine/http_routes.hpp>

#include <boost/json/parse.hpp>

#include "engine/operation_table.hpp"

namespace imagegen {

// A header that came several times may be a list, as Node has them.
template <>
struct json::Value<HttpHeaders> {
  static std::string expected(const Limits&) { return "an object"; }
  static void read(const boost::json::value& value, const Place& place, const Limits& limits, HttpHeaders& out) {
    if (!value.is_object()) return place.expected(expected(limits), value);
    for (const auto& [name, given] : value.get_object()) {
      std::vector<std::string> texts(1);
      if (given.is_array())
        texts.clear(), Value<std::vector<std::string>>::read(given, place.field(name), limits, texts);
      else
        read_text(given, place.field(name), limits, texts.front());
      for (auto& text : texts) out.add(name, std::move(text));
    }
  }
  static boost::json::value write(const HttpHeaders& headers) {
    boost::json::object object;
    for (const auto& [name, text] : headers.entries()) object[name] = text;
    return object;
  }
  static boost::json::object schema(const Limits&) {
    return {{"type", "object"},
            {"additionalProperties", boost::json::object{{"type", boost::json::array{"string", "array"}}}}};
  }
};

static const json::Fields<HttpIdentity>& fields_of(const HttpIdentity*) {
  static const auto& all = *new json::Fields<HttpIdentity>(
      "Identity", {json::field("user", &HttpIdentity::user, "blank: nobody is signed in").needed(),
                   json::field("roles", &HttpIdentity::roles)});
  return all;
}

static const json::Fields<HttpCall>& fields_of(const HttpCall*) {
  using C = HttpCall;
  using json::field;
  static const auto& all = *new json::Fields<C>(
      "HttpCall",
      {field("method", &C::method).required(),
       field("path", &C::target, "with the query, percent-encoded as it came").required(),
       field("headers", &C::headers).at_most(100),
       field("identity", &C::identity, "who is signed in; null: nobody").or_null(), field("body", &C::body)});
  return all;
}

namespace http_operation {
namespace {

using json::computed;

struct Incident {
  std::string id;
  boost::json::object error;
};

const json::Fields<Incident>& fields_of(const Incident*) {
  static const auto& all = *new json::Fields<Incident>(
      "HttpIncident", {json::field("id", &Incident::id), json::field("error", &Incident::error)});
  return all;
}

std::optional<Incident> incident_of(const HttpAnswer& answer) {
  if (!answer.incident) return std::nullopt;
  auto error = boost::json::parse(to_json(answer.incident->failure)).as_object();
  return Incident{answer.incident->id, std::move(error)};
}

json::Fields<HttpAnswer> answer_fields() {
  using A = HttpAnswer;
  return {"HttpAnswer",
          {json::field("status", &A::status), json::field("headers", &A::headers), json::field("body", &A::body),
           computed<A>("incident", incident_of, "to log, and not to send")}};
}

Task<Answer<HttpAnswer>> answer_call(OperationContext& context, HttpCall call) {
  if (context.inputs.size() > 1 || (!context.inputs.empty() && !call.body.empty()))
    co_return to_failure(Error{Errc::invalid_argument, "expected one body, as text or as the one input, got more"});
  if (!context.inputs.empty()) call.body = as_text(context.inputs.front().view());
  auto given = co_await answer_http(context.host, std::move(call), context.stop);
  if (given.cancelled) co_return std::move(*given.cancelled);
  Answered<HttpAnswer> answer{std::move(given)};
  co_return answer;
}

Operation http_answer() {
  auto made = operation({.name = "http.answer",
                         .summary = "Answers an HTTP request by the routes of all operations; its host has the socket.",
                         .input = "body",
                         .bytes_in = "the body, where it is not in the request",
                         .may_buy = true},
                        json::fields_of_type<HttpCall>(), answer_fields(), answer_call);
  made.ends_by_stop_token = true;
  return made;
}

}  // namespace
}  // namespace http_operation

std::span<const Operation> http_operations() {
  static const auto& all = *new std::vector<Operation>{http_operation::http_answer()};
  return all;
}

}  // namespace imagegen
