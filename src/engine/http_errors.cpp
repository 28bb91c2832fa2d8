#include "engine/http_errors.hpp"

#include <boost/json/parse.hpp>

#include "json/write.hpp"
#include "workflow/operation_support.hpp"
#include "workflow/recorded_job.hpp"

namespace imagegen {
namespace http_error_part {
namespace {

namespace js = boost::json;

constexpr std::size_t kMostNamed = 5;      // faults in a message
constexpr std::size_t kMostCauses = 4000;  // bytes of what an incident says about parts

// A failure as clients are told it.
struct Told {
  int status = 500;
  std::string code, message = {};
  std::vector<std::string> messages = {};
  js::value details = {};  // null: none
};

// What the operation wants to be told, such as a code and details of its own; empty where it says nothing.
js::object own_words(const OperationFailure& failure) {
  boost::system::error_code failed;
  auto body = js::parse(failure.body.empty() ? "{}" : failure.body, failed);
  return !failed && body.is_object() ? std::move(body.get_object()) : js::object();
}

// 401 and 403 are about who asks us. That somebody refused us is our trouble.
int status_of(const OperationFailure& failure) {
  const bool of_others = failure.body.empty() && (failure.http_status == 401 || failure.http_status == 403);
  return of_others ? 502 : failure.http_status;
}

// A cause that would be the client's fault if it were about the request is none where the status says that it is ours.
std::string code_of(const OperationFailure& failure, const js::object& own) {
  if (const auto* code = own.if_contains("error"); code && code->is_string()) return std::string(code->get_string());
  if (!failure.faults.empty()) return "INVALID_REQUEST";
  if (failure.error.code == Errc::internal) return "INTERNAL_ERROR";
  const bool is_ours = status_of(failure) >= 500 && to_failure(Error{failure.error.code, ""}).http_status < 500;
  return std::string(to_string(is_ours ? Errc::unavailable : failure.error.code));
}

std::string_view sentence(int status) {
  switch (status) {
    case 502:
      return "A service that is needed for this did not do its part";
    case 503:
      return "This cannot be done at the moment; try again later";
    case 504:
      return "This took too long; try again";
    default:
      return "Something went wrong on our side";
  }
}

// Of a part that failed: what its client can do about it. The cause may name hosts, files and keys.
std::string_view sentence(std::string_view code) {
  if (code == to_string(Errc::content_refused)) return "The provider refused to make this; change its text";
  if (code == to_string(Errc::budget_exceeded)) return "The budget does not allow this";
  if (code == to_string(Errc::cancelled)) return "This was stopped before it was done";
  return "This could not be made; try again later";
}

std::string with_incident(std::string_view told, std::string_view incident) {
  std::string text(told);
  if (!incident.empty()) text.append(" (").append(incident).append(")");
  return text.append(".");
}

// Puts sentences in the place of the messages in `holder.failed`. \return What they were; empty where there are none.
std::string take_causes(js::object& holder, std::string_view incident) {
  std::string causes;
  auto* failed = holder.if_contains("failed");
  if (!failed || !failed->is_array()) return causes;
  for (auto& entry : failed->get_array()) {
    if (!entry.is_object()) continue;
    auto& part = entry.get_object();
    const auto code = text_of(part, "error");
    const auto name = text_of(part, "shot_id") + " " + text_of(part, "filename");
    const auto cause = name + ": " + code + ": " + text_of(part, "message");
    if (causes.size() < kMostCauses) causes.append(causes.empty() ? "" : "; ").append(cause);
    part["message"] = with_incident(sentence(code), incident);
  }
  return causes;
}

std::vector<std::string> messages_of(const OperationFailure& failure) {
  if (failure.faults.empty()) return {failure.error.message};
  std::vector<std::string> messages;
  for (const auto& [path, message] : failure.faults) messages.push_back(path.empty() ? message : path + ": " + message);
  return messages;
}

std::string joined(const std::vector<std::string>& messages) {
  std::string text;
  for (std::size_t i = 0; i < messages.size() && i < kMostNamed; ++i) text += (i ? "; " : "") + messages[i];
  if (messages.size() > kMostNamed) text += "; and " + std::to_string(messages.size() - kMostNamed) + " more";
  return text;
}

Told told_of(const OperationFailure& failure, const std::string& incident) {
  const auto own = own_words(failure);
  Told told{status_of(failure), code_of(failure, own)};
  told.messages = messages_of(failure);
  if (!incident.empty()) told.messages = {with_incident(sentence(told.status), incident)};
  told.message = joined(told.messages);
  if (const auto* details = own.if_contains("details"))
    told.details = *details;
  else if (!failure.faults.empty())
    told.details = details_of(failure.faults);
  if (told.details.is_object()) take_causes(told.details.get_object(), incident);
  return told;
}

js::object body_of(ErrorDialect dialect, const Told& told, std::string_view path, Timestamp now) {
  js::object body;
  switch (dialect) {
    case ErrorDialect::ok:
      body = {{"ok", false}, {"error", told.code}, {"message", told.message}};
      break;
    case ErrorDialect::success:
      body = {{"success", false}, {"error", told.message}, {"message", told.message}, {"code", told.code}};
      break;
    case ErrorDialect::admin: {
      js::object error{{"code", told.code}, {"message", told.message}};
      if (!told.details.is_null()) error["details"] = told.details;
      return {{"success", false}, {"error", std::move(error)}, {"message", told.message}};
    }
    case ErrorDialect::nest:
      return {{"statusCode", told.status},
              {"message", told.message},
              {"messages", js::array(told.messages.begin(), told.messages.end())},
              {"code", told.code},
              {"timestamp", to_rfc3339(now)},
              {"path", path}};
  }
  if (!told.details.is_null()) body["details"] = told.details;
  return body;
}

}  // namespace
}  // namespace http_error_part

OperationFailure http_refusal(int status, std::string_view code, std::string message) {
  auto failure = to_failure(Error{Errc::invalid_argument, std::move(message)});
  failure.http_status = status;
  failure.body = json::write(boost::json::object{{"error", code}});
  return failure;
}

HttpAnswer http_error(ErrorDialect dialect, const OperationFailure& failure, std::string_view target, Timestamp now) {
  namespace part = http_error_part;
  HttpAnswer answer;
  answer.status = part::status_of(failure);
  std::string incident;
  if (answer.status >= 500) incident = new_job_id("incident_", now);
  const auto told = part::told_of(failure, incident);
  answer.body = json::write(part::body_of(dialect, told, target.substr(0, target.find('?')), now));
  if (const auto& wait = failure.error.retry_after; wait && (answer.status == 429 || answer.status == 503))
    answer.headers.add("Retry-After", std::to_string((wait->count() + 999) / 1000));
  if (!incident.empty()) answer.incident = HttpIncident{std::move(incident), failure};
  return answer;
}

std::optional<HttpIncident> hide_causes(boost::json::object& result, int status, Timestamp now) {
  const auto* failed = result.if_contains("failed");
  if (!failed || !failed->is_array() || failed->get_array().empty()) return std::nullopt;
  auto incident = new_job_id("incident_", now);
  auto body = json::write(result);
  auto causes = http_error_part::take_causes(result, incident);
  auto failure = to_failure(Error{Errc::unavailable, std::move(causes)});
  failure.http_status = status;
  failure.body = std::move(body);
  return HttpIncident{std::move(incident), std::move(failure)};
}

}  // namespace imagegen
