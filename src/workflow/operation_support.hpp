#pragma once
#include <imagegen/core/task.hpp>
#include <imagegen/job/job_store.hpp>
#include <imagegen/workflow/operation.hpp>
#include <imagegen/workflow/route.hpp>
#include <imagegen/workflow/workflow.hpp>

#include <boost/json/object.hpp>

#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "json/object_reader.hpp"
#include "json/write.hpp"

// What all operations are written with.
namespace imagegen {

// One call of an operation; lives until it has ended.
struct OperationContext {
  WorkflowHost& host;
  std::vector<SharedBytes> inputs;
  std::stop_token stop;
  std::stop_token drain;  // comes before `stop`, or with it; for operations that drain
  std::function<void(boost::json::object)> progress;
};

using OperationRun = Task<OperationOutcome> (*)(OperationContext& context, boost::json::object request);

struct Operation {
  OperationDescription description;
  OperationRun run;
  bool ends_by_stop_token = false;  // it looks at OperationContext::stop itself, and must not be cancelled as Asio does
  bool may_buy = false;             // so that something may be owed where it broke off, whatever it was at
  bool drains = false;              // it looks at OperationContext::drain; others are stopped where one is drained
  std::span<const Route> routes = {};  // how it is called over HTTP
};

template <class T>
using Request = std::variant<T, std::vector<FieldFault>>;

// Reads a request; unknown fields are faults.
template <class Read>
auto read_request(const boost::json::object& request, Read read)
    -> Request<decltype(read(std::declval<json::ObjectReader&>()))> {
  std::vector<FieldFault> faults;
  const boost::json::value document(request);
  json::ObjectReader reader(document, "", faults);
  auto value = read(reader);
  reader.refuse_unknown();
  if (!faults.empty()) return faults;
  return value;
}

// Reads a request with objects inside, whose readers add to the faults that `read` is given as well.
template <class Read>
auto read_nested_request(const boost::json::object& request, Read read) {
  std::vector<FieldFault> inner;
  auto value = read_request(request, [&](json::ObjectReader& root) { return read(root, inner); });
  if (auto* faults = std::get_if<std::vector<FieldFault>>(&value))
    faults->insert(faults->end(), inner.begin(), inner.end());
  else if (!inner.empty())
    value = inner;
  return value;
}

template <class T>
const std::vector<FieldFault>* faults_of(const Request<T>& request) {
  return std::get_if<std::vector<FieldFault>>(&request);
}

inline OperationOutcome answer(const boost::json::object& result, std::vector<SharedBytes> bytes = {}) {
  return OperationResult{json::write(result), std::move(bytes)};
}

// A failure of ours, whatever its code is: what cannot be opened or read is no fault of the request. Where
// to_failure() says less than 500 it is 503, and 502 where somebody refused us; a call that was stopped stays one.
OperationFailure to_unavailable(Error error);

// A request without fields.
Request<bool> read_nothing(const boost::json::object& request);

// What is wrong with a request, for a page: `{formErrors: [text], fieldErrors: {path: [text]}}`
boost::json::object details_of(const std::vector<FieldFault>& faults);

// A text that may be absent.
std::optional<std::string> optional_text(json::ObjectReader& reader, std::string_view name);

// A job, and in whose name it is asked for: then it is found only where it is that owner's.
struct JobAddress {
  std::string id;
  std::optional<std::string> owner;
};

// \param name Of the field with the id.
Request<JobAddress> read_job_address(const boost::json::object& request, std::string_view name);

// Which jobs a list shall have, but for their kind.
JobQuery read_job_query(json::ObjectReader& root);

// Errc::invalid_argument unless exactly one file came with the request.
Result<SharedBytes> only_input(const OperationContext& context, std::string_view what);

// Errc::cancelled, for a call that was stopped before it had done anything.
Error stopped_in_time();

}  // namespace imagegen
