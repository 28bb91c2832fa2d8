#pragma once
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
namespace imagegen::json {

void into(ObjectReader& part, std::string_view name, std::string& out);
void into(ObjectReader& part, std::string_view name, Secret& out);
void count(ObjectReader& part, std::string_view name, std::int64_t low, std::int64_t high, int& out);
void count(ObjectReader& part, std::string_view name, std::int64_t low, std::int64_t high, std::size_t& out);
// Milliseconds, up to a day.
void time(ObjectReader& part, std::string_view name, std::chrono::milliseconds& out);
void dollars(ObjectReader& part, std::string_view name, std::optional<Usd>& out);

// An object in the document. Fields of it that `read_part` does not ask for are faults.
void section(ObjectReader& root, std::string_view name, std::vector<FieldFault>& faults,
             const std::function<void(ObjectReader&)>& read_part);

}  // namespace imagegen::json
