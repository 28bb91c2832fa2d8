#pragma once
#include <imagegen/testing/contract/matchers.hpp>  // IWYU pragma: export
