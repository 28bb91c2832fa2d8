#pragma once
#include <imagegen/testing/contract/run_task.hpp>  // IWYU pragma: export
