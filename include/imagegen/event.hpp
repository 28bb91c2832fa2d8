#pragma once
#include <imagegen/event/event_sink.hpp>
