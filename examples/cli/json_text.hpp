#pragma once
#include <boost/json/value.hpp>

#include <string>

namespace cli {

// A document as the library writes it: amounts are "0.042", and nothing that arithmetic has left behind them.
std::string json_text(const boost::json::value& document);

}  // namespace cli
