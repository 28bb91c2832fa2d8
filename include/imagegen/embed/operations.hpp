#pragma once
#include <imagegen/workflow/operation.hpp>

#include <span>
#include <string>

namespace imagegen {

/// By name. Lives for the whole process.
std::span<const OperationDescription> operation_descriptions();

/// `{"operations": [{"name", "summary", "request", "result", "bytesIn", "bytesOut"}]}`
std::string operations_json();

}  // namespace imagegen
