#pragma once
#include <boost/json/value.hpp>

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace imagegen::erasure {

// The texts at a path of PersonalFields::objects: in each element of a list, and in a text that is JSON.
std::vector<std::string> texts_at(const boost::json::value& document, std::string_view path);

// Adds those of a document that is JSON, at all of these paths; none where it is no JSON.
void add_objects(std::string_view document, std::span<const std::string_view> paths, std::set<std::string>& keys);

}  // namespace imagegen::erasure
