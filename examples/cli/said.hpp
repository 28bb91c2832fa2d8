#pragma once
#include <boost/json/object.hpp>

#include <string_view>

namespace cli {

// Says what went wrong: on stderr, and with --json as `{"error": {"code", "message"}}` on stdout. \return `exit_code`.
int complain(std::string_view message, int exit_code);
// The same where stdout already has the document that says it.
int complain_beside(std::string_view message, int exit_code);
// The document of a failure; on stdout. Once in a process.
void print_error(const boost::json::object& document);

// Something to know that is no error: on stderr, unless -q was given.
void note(std::string_view message);
// Something that only -v asks for.
void detail(std::string_view message);

}  // namespace cli
