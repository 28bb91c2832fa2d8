#pragma once
#include <boost/json/value.hpp>

#include <string>
#include <vector>

#include "columns.hpp"

namespace cli {

// A name and what it is, for lines below each other.
using NamedValue = std::pair<std::string, std::string>;

// Lines with the names in one column, and the texts wrapped beside them. Those without a text are left out.
void print_named(const std::vector<NamedValue>& values);

// The members of a document with their paths: "input.finalPrompt". What is long is shortened, and says where all is.
std::vector<NamedValue> members_of(const std::string& name, const boost::json::value& document);

// "2026-11-21 09:30:00" of "2026-11-21T09:30:00.123Z"
std::string moment_of(const std::string& rfc3339);

}  // namespace cli
