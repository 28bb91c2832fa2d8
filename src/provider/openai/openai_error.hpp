#pragma once
#include <chrono>
#include <string_view>

#include "provider/common/failure.hpp"

namespace imagegen {

/// What the answers of the Images API mean, and of the gateways that speak like it. contracts/openai.md, section 7.
extern const FailureTable kOpenAiFailures;

/// Reads {"error": {...}}; where there is none, `message` is the text itself. Broken Unicode in it is mended.
ForeignError parse_openai_error(std::string_view body);

/// An answer with a status that is not 2xx, from `asked`. A redirect's message names where it leads.
Error openai_error(const HttpResponse& response, const Url& asked, const ForeignText& foreign,
                   std::chrono::system_clock::time_point now);

}  // namespace imagegen
