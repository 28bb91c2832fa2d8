#pragma once
#include <imagegen/workflow/workflow.hpp>

#include <boost/json/object.hpp>

#include <vector>

namespace imagegen {

// What "runtime.examine" answers.
boost::json::object findings_json(const std::vector<Finding>& findings);

}  // namespace imagegen
