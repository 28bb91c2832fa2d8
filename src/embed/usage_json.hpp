#pragma once
#include <imagegen/core/field_fault.hpp>
#include <imagegen/core/usage.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <vector>

// What a call used, in documents: the fields tell which form it is.
namespace imagegen {

// {"inputText", "inputImage", "outputImage", "outputText"}, {"images"}, {"outputMegapixels", "inputMegapixels"},
// {"seconds", "hardware"} or {"billedUsd"}.
boost::json::object to_json(const Usage& usage);

// Reads what to_json() writes. Nothing for null; {} are tokens, none of them, as it always was. Fields of two forms, and
// those that are wrong, are faults below "usage".
std::optional<Usage> read_usage(const boost::json::value& value, std::vector<FieldFault>& faults);

}  // namespace imagegen
