#pragma once
#include <imagegen/record/record_store.hpp>
#include <imagegen/record/store_parts.hpp>
