#pragma once
#include <imagegen/provider/exchange.hpp>
#include <imagegen/provider/image_provider.hpp>
#include <imagegen/provider/openai.hpp>
#include <imagegen/provider/openai_text.hpp>
#include <imagegen/provider/placeholder.hpp>
#include <imagegen/provider/retry_provider.hpp>
#include <imagegen/provider/text_provider.hpp>
