#pragma once
#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace cli {

// "$12.30" as people say it: in cents, and less than one of them with four digits: "$0.0042".
// --json has it exact. Empty where the field is null.
std::string money_of(const boost::json::object& document, std::string_view name);
std::string rounded_dollars(double dollars);

}  // namespace cli
