#pragma once
#include <boost/json/value.hpp>

#include <string>

namespace imagegen::json {

/// A document of our own as JSON on one line. Numbers read as people write them (0.25, not 2.5E-1), in the shortest
/// form that gives the same number back. Fields keep their order.
std::string write(const boost::json::value& value);

}  // namespace imagegen::json
