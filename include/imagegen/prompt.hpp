#pragma once
#include <imagegen/prompt/prompt_template.hpp>
