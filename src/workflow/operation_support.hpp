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

#include "json/fields.hpp"
#include "json/write.hpp"

// What all operations are written with.
namespace imagegen {

template <>
struct json::Words<JobState> : json::WordsOf<JobState, JobState::queued, JobState::running, JobState::succeeded,
                                             JobState::partly_succeeded, JobState::failed, JobState::cancelled> {};

// One call of an operation; lives until it has ended.
struct OperationContext {
  WorkflowHost& host;
  std::vector<SharedBytes> inputs;
  std::stop_token stop;
  std::stop_token drain;  // comes before `stop`, or with it; for operations that drain
  std::function<void(boost::json::object)> progress;
};

using OperationRun = std::function<Task<OperationOutcome>(OperationContext& context, boost::json::object request)>;

struct Operation {
  OperationDescription description;
  OperationRun run;
  bool ends_by_stop_token = false;  // it looks at OperationContext::stop itself, and must not be cancelled as Asio does
  std::span<const Route> routes = {};  // how it is called over HTTP
};

// What an operation answers: a result with its files, or why there is none.
template <class R>
struct Answered {
  R result;
  std::vector<SharedBytes> bytes = {};
};
template <class R>
using Answer = std::variant<Answered<R>, OperationFailure>;

// An operation whose request is wrong, with all that is.
using Refuse = OperationFailure (*)(std::vector<FieldFault>);

namespace detail {

template <class R>
OperationOutcome written(Answer<R> answer, const json::Fields<R>& result) {
  if (auto* failure = std::get_if<OperationFailure>(&answer)) return std::move(*failure);
  auto& answered = std::get<Answered<R>>(answer);
  return OperationResult{json::write(result.write(answered.result)), std::move(answered.bytes)};
}

template <class R>
OperationOutcome written(OperationOutcome outcome, const json::Fields<R>&) {
  return outcome;
}

// The fields are those of an operation, which lives as long as the process.
template <class Q, class R, class Gives>
Task<OperationOutcome> call(const json::Fields<Q>& request, const json::Fields<R>& result, Refuse refuse,
                            Task<Gives> (*run)(OperationContext&, Q), OperationContext& context,
                            boost::json::object document) {
  std::vector<FieldFault> faults;
  const boost::json::value value(std::move(document));
  auto read = request.read(value, {"", faults});
  if (!faults.empty()) co_return refuse(std::move(faults));
  auto answer = co_await run(context, std::move(read));
  co_return written(std::move(answer), result);
}

}  // namespace detail

// An operation of its description, the fields of what it takes and gives, and what it does. `run` gives an Answer<R>,
// or an OperationOutcome that R's fields have written already.
template <class Q, class R, class Gives>
Operation operation(OperationDescription what, json::Fields<Q> request, json::Fields<R> result,
                    Task<Gives> (*run)(OperationContext&, Q), Refuse refuse = to_failure) {
  static_assert(std::same_as<Gives, Answer<R>> || std::same_as<Gives, OperationOutcome>);
  what.request_schema = json::write(request.schema(json::Use::request));
  what.result_schema = json::write(result.schema(json::Use::result));
  const auto& takes = *new json::Fields<Q>(std::move(request));  // never destroyed, as the operation
  const auto& gives = *new json::Fields<R>(std::move(result));
  auto call = [&takes, &gives, refuse, run](OperationContext& context, boost::json::object document) {
    return detail::call(takes, gives, refuse, run, context, std::move(document));
  };
  return {std::move(what), std::move(call)};
}

// The same with fields that the types have of themselves.
template <json::Described Q, json::Described R>
Operation operation(OperationDescription what, Task<Answer<R>> (*run)(OperationContext&, Q),
                    Refuse refuse = to_failure) {
  return operation(std::move(what), json::fields_of_type<Q>(), json::fields_of_type<R>(), run, refuse);
}

// The operation, with its routes.
inline Operation with_routes(Operation made, std::span<const Route> routes) {
  made.routes = routes;
  return made;
}

// A failure of ours, whatever its code is: what cannot be opened or read is no fault of the request. Where
// to_failure() says less than 500 it is 503, and 502 where somebody refused us; a call that was stopped stays one.
OperationFailure to_unavailable(Error error);

// What is wrong with a request, for a page: `{formErrors: [text], fieldErrors: {path: [text]}}`
boost::json::object details_of(const std::vector<FieldFault>& faults);

// No fields at all.
struct Nothing {};
const json::Fields<Nothing>& fields_of(const Nothing*);

// A job, and in whose name it is asked for: then it is found only where it is that owner's.
struct JobAddress {
  std::string id;
  std::optional<std::string> owner;
};

// \param name Of the field with the id.
json::Fields<JobAddress> job_address_fields(std::string_view name);

// Which jobs a list shall have, but for their kind.
json::Fields<JobQuery> job_query_fields();

// Errc::invalid_argument unless exactly one file came with the request.
Result<SharedBytes> only_input(const OperationContext& context, std::string_view what);

// Errc::invalid_argument unless as many files came with the request as have names.
Result<void> check_inputs(const OperationContext& context, std::span<const std::string_view> names);

// Errc::cancelled, for a call that was stopped before it had done anything.
Error stopped_in_time();

}  // namespace imagegen
