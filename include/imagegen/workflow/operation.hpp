#pragma once
#include <imagegen/core/field_fault.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/core/shared_bytes.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// \file Everything the workflows can do, as named operations with documents in and out: what a package in another
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

/// Where a file that belongs to a result stands in it, for languages whose documents can hold files.
struct FilePlace {
  std::string_view path;  ///< "data", "contactSheet.png"; "images[].data": one for each entry, which may have none.
  bool is_text = false;   ///< UTF-8.
};

/// What people and tools need to know of an operation. One description gives the reader, the writer, the schemas, and
/// the types and methods of every binding.
struct OperationDescription {
  std::string_view name;            ///< "heroes.generate"
  std::string_view summary;         ///< A sentence or two.
  std::string_view subject = "";    ///< The field of the request that says of what it is: "jobId". Empty: none does.
  std::string_view gives = "";      ///< The field of the result, or of its files, that is all that it is about.
  std::string_view input = "";      ///< What languages call the file that comes with the request: "data". Where the
                                    ///< request has a text of that name the file may come in its place. Empty: none.
  std::vector<std::string_view> inputs = {};  ///< The same where several files come, in their order; `input` is empty.
  std::string_view bytes_in = "";   ///< Which file that is; empty: none.
  std::string_view bytes_out = "";  ///< Which files the result has; empty: none.
  std::vector<FilePlace> files = {};  ///< Where those of the result stand, in their order.
  bool drains = false;   ///< It can be ended so that what was begun is finished; others are stopped where one is drained.
  bool may_buy = false;  ///< So that something may be owed where it broke off, whatever it was at.
  std::string request_schema = {};   ///< JSON Schema 2020-12
  std::string result_schema = {};    ///< The same, of what OperationResult::json then is.
  std::string progress_schema = {};  ///< The same, of what it tells while it works; empty: it tells nothing.
};

}  // namespace imagegen
