#pragma once
#include <imagegen/core/usage.hpp>

#include <optional>
#include <vector>

#include "json/fields.hpp"

// What a call used, in documents: the fields tell which form it is.
namespace imagegen {

template <>
struct json::Value<Usage> {
  // {"inputText", "inputImage", "outputImage", "outputText"}, {"images"}, {"outputMegapixels", "inputMegapixels"},
  // {"seconds", "hardware"} or {"billedUsd"}.
  static boost::json::value write(const Usage& usage);
  static boost::json::object schema(const Limits&);
};

// Reads what is written so. Nothing for null; {} are tokens, none of them, as it always was. Fields of two forms, and
// those that are wrong, are faults below "usage".
std::optional<Usage> read_usage(const boost::json::value& value, std::vector<FieldFault>& faults);

}  // namespace imagegen
