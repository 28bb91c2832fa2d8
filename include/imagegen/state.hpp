#pragma once
#include <imagegen/state/state.hpp>
