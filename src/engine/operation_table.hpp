#pragma once
#include <imagegen/engine/operations.hpp>
#include <imagegen/runtime/runtime.hpp>

#include "workflow/operation_support.hpp"

namespace imagegen {

// One table for each file of operations, in a namespace of its own: find, list and describe are of many. Those of the
// workflows stand with them.
std::span<const Operation> job_operations();
std::span<const Operation> spend_operations();
std::span<const Operation> asset_operations();
std::span<const Operation> store_operations();
std::span<const Operation> provider_operations();
std::span<const Operation> image_operations();
std::span<const Operation> mask_operations();
std::span<const Operation> runtime_operations();
std::span<const Operation> worker_operations();
std::span<const Operation> audit_operations();
std::span<const Operation> http_operations();
std::span<const Operation> person_operations();
std::span<const Operation> state_operations();
std::span<const Operation> price_operations();

// All of them, those of the workflows first.
std::span<const std::span<const Operation>> operation_tables();

// Of all tables; null without such an operation.
const Operation* find_operation(std::string_view name);

// Makes the operation; what it throws is a failure as well. Does not begin what was stopped before.
Task<OperationOutcome> run_operation(const Operation& operation, OperationContext& context, boost::json::object request);

// The host of an operation that is called through an Engine.
Runtime& runtime_of(const OperationContext& context);

// State of the runtime, opened on the pool. Errc::cancelled where the call was stopped meanwhile: opening one cannot be
// cut short, so that nothing else would notice.
Task<Result<State*>> state_of(OperationContext& context);

}  // namespace imagegen
