#pragma once
/// \file What all providers share. Each provider has a header of its own, such as provider/openai.hpp.
#include <imagegen/provider/image_provider.hpp>
#include <imagegen/provider/model_table.hpp>
#include <imagegen/provider/provider_set.hpp>
#include <imagegen/provider/retry_provider.hpp>
#include <imagegen/provider/text_provider.hpp>
