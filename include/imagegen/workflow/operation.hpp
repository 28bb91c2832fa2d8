#pragma once
#include <imagegen/core/field_fault.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/core/shared_bytes.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// \file Everything the workflows can do, as named operations with documents in and out: what an embedding in another
/// language is made of, so that a new workflow adds no symbol to it.
namespace imagegen {

/// What an operation came to.
struct OperationResult {
  std::string json = "{}";              ///< As the operation's result schema says.
  std::vector<SharedBytes> bytes = {};  ///< Files and pixels that belong to it, in the order that the operation names.
};

/// Why it came to nothing.
struct OperationFailure {
  Error error;                          ///< For people and programs.
  int http_status = 500;                ///< What an HTTP route answers,
  std::string body = {};                ///< and with which JSON; empty: made of the error.
  std::vector<FieldFault> faults = {};  ///< Of the request.
  bool spent = false;                   ///< Money was, or may have been, spent.
};

/// What an operation comes to, either way.
using OperationOutcome = std::variant<OperationResult, OperationFailure>;

/// A failure that says what `error` says. Spent where the error says that something may be owed.
OperationFailure to_failure(Error error);
/// One for a request that is wrong, with all that is: Errc::invalid_argument, 400, nothing spent.
OperationFailure to_failure(std::vector<FieldFault> faults);

/// The document of imagegen_error_json() in capi/imagegen.h.
std::string to_json(const OperationFailure& failure);

/// What people and tools need to know of an operation.
struct OperationDescription {
  std::string_view name;            ///< "heroes.generate"
  std::string_view summary;         ///< One sentence.
  std::string_view request_schema;  ///< JSON Schema 2020-12
  std::string_view result_schema;  ///< The same, of what OperationResult::json then is.
  std::string_view bytes_in = "";  ///< Which files belong to the request; empty: none.
  std::string_view bytes_out = "";  ///< Which files the result has; empty: none.
};

}  // namespace imagegen
