#pragma once
#include <imagegen/config/route_profile.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json/document_fields.hpp"

// Reads fields of a configuration's document into values: an absent one leaves its value as it is.
namespace imagegen::config {

using json::count;
using json::dollars;
using json::into;
using json::section;
using json::time;

// Texts that are not empty.
void names(json::ObjectReader& part, std::string_view name, std::vector<std::string>& out);

// Who makes the ids of a system: those that the system makes are never numbers.
enum class Ids : std::uint8_t { of_the_host, of_the_system };

// What a system's section says of its HTTP routes: `roles` and `http`.
void routes(json::ObjectReader& part, std::vector<FieldFault>& faults, RouteProfile& out, Ids ids = Ids::of_the_host);

}  // namespace imagegen::config
