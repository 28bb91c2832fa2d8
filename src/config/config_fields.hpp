#pragma once
#include <imagegen/config/route_profile.hpp>
#include <imagegen/core/secret.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/object_reader.hpp"

// Reads fields of a configuration's document into values: an absent one leaves its value as it is.
namespace imagegen::config {

void into(json::ObjectReader& part, std::string_view name, std::string& out);
void into(json::ObjectReader& part, std::string_view name, Secret& out);
void count(json::ObjectReader& part, std::string_view name, std::int64_t low, std::int64_t high, int& out);
void count(json::ObjectReader& part, std::string_view name, std::int64_t low, std::int64_t high, std::size_t& out);
// Milliseconds, up to a day.
void time(json::ObjectReader& part, std::string_view name, std::chrono::milliseconds& out);
void dollars(json::ObjectReader& part, std::string_view name, std::optional<Usd>& out);

// Texts that are not empty.
void names(json::ObjectReader& part, std::string_view name, std::vector<std::string>& out);

// An object in the document. Fields of it that `read_part` does not ask for are faults.
void section(json::ObjectReader& root, std::string_view name, std::vector<FieldFault>& faults,
             const std::function<void(json::ObjectReader&)>& read_part);

// Who makes the ids of a system: those that the system makes are never numbers.
enum class Ids : std::uint8_t { of_the_host, of_the_system };

// What a system's section says of its HTTP routes: `roles` and `http`.
void routes(json::ObjectReader& part, std::vector<FieldFault>& faults, RouteProfile& out, Ids ids = Ids::of_the_host);

}  // namespace imagegen::config
