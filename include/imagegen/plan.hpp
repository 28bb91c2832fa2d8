#pragma once
#include <imagegen/plan/export_plan.hpp>
