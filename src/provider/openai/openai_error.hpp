#pragma once
#include <imagegen/core/secret.hpp>
#include <imagegen/http/http_message.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace imagegen {

/// The object under "error", as it came: nothing of it is trusted.
struct OpenAiErrorBody {
  std::string code, type, param, message;
  std::string inner_code;  ///< innererror.code
  std::string stage;  ///< moderation_details.moderation_stage: "input" or "output"
};

/// Reads {"error": {...}}; where there is none, `message` is the text itself. Broken Unicode in it is mended.
OpenAiErrorBody parse_openai_error(std::string_view body);

/// What an error object means: by its code, then by its type, then by the HTTP status; by known phrases of its message
/// where the code is none or a number. contracts/openai.md, section 7.
///
/// `billing` is `no` for the short list of answers that cannot have done work, else `maybe`. `retry` is `later` only
/// where it is `no` and another time may work: 429, 503 with Retry-After, and any other with x-should-retry: true.
/// Delivery is `answered`.
/// \param key Taken out of everything that is kept.
/// \param now What a Retry-After date is compared with.
Error openai_error(int status, const HttpHeaders& headers, const OpenAiErrorBody& body, const Secret& key,
                   std::chrono::system_clock::time_point now);

/// An answer with a status that is not 2xx, from `asked`. A redirect's message names where it leads.
Error openai_error(const HttpResponse& response, const Url& asked, const Secret& key,
                   std::chrono::system_clock::time_point now);

/// A word of the provider's that is fit for our message; else nothing.
std::string safe_word(std::string_view text, const Secret& key);

/// x-request-id, when it is a short word without the key in it; else empty.
std::string openai_request_id(const HttpHeaders& headers, const Secret& key);

/// Puts what a maintainer needs for support behind a message: " (request req_1)".
std::string request_suffix(const HttpHeaders& headers, const Secret& key);

/// Behind the message of every failure that may stand for work that is billed all the same.
inline constexpr std::string_view kMayBeCharged = "; the call may have been charged";

/// `text` fit to be kept as Error::provider_text: without the key, valid UTF-8, at most 4 KiB.
std::string as_provider_text(std::string text, const Secret& key);

}  // namespace imagegen
