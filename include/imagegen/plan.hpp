#pragma once
#include <imagegen/plan/export_plan.hpp>
#include <imagegen/plan/master_size.hpp>
