#pragma once
#include <imagegen/core/secret.hpp>
#include <imagegen/http/http_client.hpp>
#include <imagegen/provider/text_provider.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace imagegen {

/// The model that is asked when none is configured: small and quick, as long as it does not reason.
inline constexpr std::string_view kDefaultTextModel = "gpt-6-luna";

/// How the chat completions are asked.
struct OpenAiTextOptions {
  Secret api_key = {};                                 ///< Empty: none is sent, as local servers want it.
  std::string base_url = "https://api.openai.com/v1";  ///< Of any server with `POST /chat/completions`.
  std::string model = {};                              ///< Empty: kDefaultTextModel, told not to reason.
  std::string organization = {}, project = {};         ///< OpenAI-Organization, OpenAI-Project; may be empty.
  std::string key_header = {}, api_version = {};       ///< As those of OpenAiOptions.
  std::string reasoning_effort = {};                   ///< "none", "low" ...; empty: sent for the default model alone.
  std::optional<double> temperature = {};              ///< 0..2; absent: not sent. Reasoning models may refuse it.
  std::optional<std::int64_t> seed = {};               ///< Absent: not sent.
  int max_tokens = 800;                                ///< 1..100000, of the answer.
  std::size_t max_answer_bytes = 256U << 10U;          ///< 1 KiB..16 MiB, of the HTTP body.
};

/// The chat completions of OpenAI and of the many servers that speak the same. Errc::invalid_argument naming the option
/// that is out of its range, or a bad URL.
///
/// What fails for the moment (429, 5xx, a connection that could not be made) is asked for once more where that fits
/// into the deadline: a text costs little, and is no harm when it is paid for twice. \param http, clock must outlive
/// the provider.
Result<std::unique_ptr<TextProvider>> make_openai_text_provider(OpenAiTextOptions options, HttpClient& http,
                                                                Clock& clock);

}  // namespace imagegen
