#pragma once
#include <imagegen/state/copy.hpp>
#include <imagegen/state/state.hpp>
