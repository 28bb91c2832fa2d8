#pragma once
#include <imagegen/workflow/operation.hpp>

#include <span>
#include <string>

namespace imagegen {

/// By name. Lives for the whole process.
std::span<const OperationDescription> operation_descriptions();

/// `{"operations": [{"name", "summary", "request", "result", "progress"?, "input", "inputs", "bytesIn", "bytesOut",
/// "files", "subject", "gives", "drains", "mayBuy"}]}`, as OperationDescription has them; schemas as objects, and in
/// "inputs" also the only file.
std::string operations_json();

}  // namespace imagegen
