#include "workflow/operation_support.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace imagegen {
namespace {

namespace js = boost::json;
using json::field;

// As design.md's table of HTTP answers has them, and RFC 9110 where it has none.
int http_status_of(Errc code) {
  switch (code) {
    case Errc::invalid_argument:
      return 400;
    case Errc::budget_exceeded:
      return 402;
    case Errc::permission_denied:
      return 403;
    case Errc::not_found:
      return 404;
    case Errc::already_exists:
    case Errc::conflict:
    case Errc::lease_lost:
      return 409;
    case Errc::limit_exceeded:
      return 413;
    case Errc::unsupported:
    case Errc::corrupt_data:
      return 415;
    case Errc::content_refused:
      return 422;
    case Errc::rate_limited:
    case Errc::quota_exceeded:
      return 429;
    case Errc::cancelled:
      return 499;
    case Errc::bad_answer:
      return 502;
    case Errc::unavailable:
    case Errc::storage_failed:
      return 503;
    case Errc::deadline_exceeded:
      return 504;
    default:
      return 500;
  }
}

std::string_view word(Delivery delivery) {
  switch (delivery) {
    case Delivery::not_sent:
      return "not_sent";
    case Delivery::unknown:
      return "unknown";
    case Delivery::answered:
      return "answered";
  }
  return "unknown";
}

js::array to_array(const std::vector<FieldFault>& faults) {
  js::array list;
  for (const auto& fault : faults) list.push_back({{"path", fault.path}, {"message", fault.message}});
  return list;
}

// A route must not show what only operators should read.
js::value body_of(const OperationFailure& failure) {
  boost::system::error_code failed;
  if (!failure.body.empty()) {
    auto body = js::parse(failure.body, failed);
    if (!failed) return body;
  }
  if (failure.error.code == Errc::internal) return {{"ok", false}, {"error", "INTERNAL_ERROR"}};
  js::object body{{"ok", false}, {"error", to_string(failure.error.code)}, {"message", failure.error.message}};
  if (!failure.faults.empty()) body["error"] = "INVALID_REQUEST", body["faults"] = to_array(failure.faults);
  return body;
}

}  // namespace

OperationFailure to_failure(Error error) {
  OperationFailure failure;
  failure.http_status = http_status_of(error.code);
  failure.spent = error.delivery == Delivery::unknown || error.code == Errc::outcome_unknown;
  failure.error = std::move(error);
  return failure;
}

OperationFailure to_failure(std::vector<FieldFault> faults) {
  auto failure = to_failure(to_error("the request is wrong:", faults));
  failure.faults = std::move(faults);
  return failure;
}

std::string to_json(const OperationFailure& failure) {
  const auto& error = failure.error;
  js::object document{{"code", to_string(error.code)},
                      {"status", static_cast<int>(error.code)},
                      {"message", error.message},
                      {"retryable", error.retry == Retry::later}};
  if (error.retry_after) document["retryAfterMs"] = error.retry_after->count();
  document["spent"] = failure.spent;
  // Of work that bought something before it failed nobody may read that nothing is owed.
  const bool owed = failure.spent && error.delivery == Delivery::not_sent;
  document["delivery"] = word(owed ? Delivery::unknown : error.delivery);
  document["httpStatus"] = failure.http_status;
  document["body"] = body_of(failure);
  if (!failure.faults.empty()) document["faults"] = to_array(failure.faults);
  if (!error.provider_text.empty()) document["providerText"] = error.provider_text;
  return json::write(document);
}

OperationFailure to_unavailable(Error error) {
  const auto code = error.code;
  auto failure = to_failure(std::move(error));
  if (code != Errc::cancelled && failure.http_status < 500)
    failure.http_status = code == Errc::permission_denied ? 502 : 503;
  return failure;
}

js::object details_of(const std::vector<FieldFault>& faults) {
  js::array form;
  js::object fields;
  for (const auto& [path, message] : faults) {
    if (path.empty()) {
      form.push_back(js::value(message));
      continue;
    }
    auto& list = fields[path];
    if (!list.is_array()) list.emplace_array();
    list.get_array().push_back(js::value(message));
  }
  return {{"formErrors", std::move(form)}, {"fieldErrors", std::move(fields)}};
}

const json::Fields<Nothing>& fields_of(const Nothing*) {
  static const auto& none = *new json::Fields<Nothing>("", {});
  return none;
}

json::Fields<JobAddress> job_address_fields(std::string_view name) {
  return {"",
          {field(name, &JobAddress::id, "the job's id").required(),
           field("owner", &JobAddress::owner, "in whose name; the jobs of others are not found then")}};
}

json::Fields<JobQuery> job_query_fields() {
  return {"",
          {field("state", &JobQuery::state, "only jobs in this state"),
           field("owner", &JobQuery::owner, "only jobs of this user"),
           field("after", &JobQuery::after, "next of the page before, to go on there"),
           field("limit", &JobQuery::limit, "how many").range(1, 1000)}};
}

Result<SharedBytes> only_input(const OperationContext& context, std::string_view what) {
  if (context.inputs.size() == 1) return context.inputs.front();
  return Error{Errc::invalid_argument,
               "inputs: expected one, " + std::string(what) + ", got " + std::to_string(context.inputs.size())};
}

Result<void> check_inputs(const OperationContext& context, std::span<const std::string_view> names) {
  if (context.inputs.size() == names.size()) return {};
  std::string listed;
  for (const auto name : names) listed += ", the " + std::string(name);
  const auto expected = (names.size() == 1 ? "one" : std::to_string(names.size())) + listed;
  return Error{Errc::invalid_argument,
               "inputs: expected " + expected + ", got " + std::to_string(context.inputs.size())};
}

Error stopped_in_time() {
  return {Errc::cancelled, "the call was cancelled before it had done anything"};
}

}  // namespace imagegen
