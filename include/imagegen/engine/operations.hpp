#pragma once
#include <imagegen/workflow/operation.hpp>

#include <span>
#include <string>

namespace imagegen {

/// By name. Lives for the whole process.
std::span<const OperationDescription> operation_descriptions();

/// `{"operations": [{"name", "summary", "request", "result", "progress"?, "input", "bytesIn", "bytesOut", "files",
/// "subject", "gives", "drains", "mayBuy"}]}`, as OperationDescription has them; schemas as objects.
std::string operations_json();

}  // namespace imagegen
