#pragma once
#include <imagegen/runtime/doctor.hpp>
#include <imagegen/runtime/erase.hpp>
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/runtime/runtime_config.hpp>
#include <imagegen/runtime/settle_purchase.hpp>
