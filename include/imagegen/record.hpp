#pragma once
#include <imagegen/record/record_store.hpp>
