#pragma once
#include <imagegen/core/error.hpp>

#include <boost/json/object.hpp>

#include <string_view>

namespace cli {

// Says what went wrong: on stderr, and with --json on stdout as `{"error": {"code", "message", "retryable", "spent",
// "delivery"}}`, as failures of operations are told. \return `exit_code`.
int complain(std::string_view message, int exit_code);
int complain(const imagegen::Error& error, int exit_code);
// The same where stdout already has the document that says it.
int complain_beside(std::string_view message, int exit_code);
// The error in such a document, of what went wrong before anybody was asked for anything.
boost::json::object error_before_asking(std::string_view code, std::string_view message);
// The document of a failure; on stdout. Once in a process.
void print_error(const boost::json::object& document);

// Something to know that is no error: on stderr, unless -q was given.
void note(std::string_view message);
// Something that only -v asks for.
void detail(std::string_view message);

}  // namespace cli
