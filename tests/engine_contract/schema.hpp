#pragma once
#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace imagegen::test {

/// What of a document is not as its JSON Schema says, by its path. Knows what the schemas of operations use: type,
/// required, properties, additionalProperties, items, enum, const, minimum, maximum.
std::vector<std::string> mismatches(const boost::json::value& document, const boost::json::value& schema,
                                    const std::string& path = "$");

}  // namespace imagegen::test
