#pragma once
#include <imagegen/config/route_profile.hpp>
#include <imagegen/workflow/personal_data.hpp>
#include <imagegen/workflow/workflow.hpp>

#include <span>

#include "core/environment_reader.hpp"
#include "json/object_reader.hpp"
#include "workflow/host_part_kind.hpp"
#include "workflow/operation_support.hpp"

namespace imagegen {

// All that there is to say of a workflow before it is open. One line of runtime/workflows.cpp names it.
struct WorkflowKind {
  std::string_view name;  // "heroes": of its operations, and of its section in a configuration
  // Its fields of the configuration's document; every other field is somebody else's.
  void (*read_document)(json::ObjectReader& root, std::vector<FieldFault>& faults, RuntimeConfig& config);
  void (*read_environment)(EnvironmentReader& environment, RuntimeConfig& config);
  // Errc::invalid_argument for a configuration that cannot work, Errc::permission_denied for a missing key. Contacts
  // nobody. `parts`: what the host has made for it.
  Result<std::unique_ptr<Workflow>> (*open)(WorkflowHost& host, Sections& parts);
  std::span<const Operation> (*operations)();
  // Parts that a host may make for it, under names that no other workflow has.
  std::span<const HostPartKind> (*host_parts)();
  // How the routes of its operations are mounted.
  const RouteProfile& (*routes)(const RuntimeConfig& config);
  // What it keeps of persons.
  const PersonalData* personal = nullptr;
};

}  // namespace imagegen
