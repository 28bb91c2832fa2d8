#pragma once
#include <imagegen/core/secret.hpp>
#include <imagegen/http/http_client.hpp>
#include <imagegen/provider/image_provider.hpp>
#include <imagegen/provider/model_table.hpp>

#include <memory>
#include <string>
#include <vector>

namespace imagegen {

/// How the Images API, or a gateway of its kind, is asked.
struct OpenAiOptions {
  Secret api_key;               ///< Visible ASCII, 1..4096 bytes.
  std::string name = "openai";  ///< ProviderCapability::provider: several gateways have several names.
  /// Whose models and prices count: a host of the tables. Empty: "openai", but for another base URL than its own without
  /// its dates of retirement, which only OpenAI itself keeps.
  std::string host;
  std::string base_url = "https://api.openai.com/v1";  ///< Gateways that speak the same shapes work too.
  std::string model = "gpt-image-2";                   ///< Asked where a request names none.
  std::string quality;       ///< Its default; empty: that of the table.
  std::vector<std::string> also_asked;  ///< Models that may be named in requests though the table may not have them.
  std::string organization;  ///< OpenAI-Organization; may be empty.
  std::string project;       ///< OpenAI-Project; may be empty.
  /// The header that carries the key by itself, such as Azure's "api-key"; empty: "Authorization: Bearer".
  std::string key_header;
  std::string api_version;   ///< Azure's `api-version` in the query of every request; empty: none.
  std::string moderation;    ///< "low" or "auto"; empty: not sent. GPT image models only.
  std::string background;    ///< "opaque", "transparent" or "auto"; empty: not sent. GPT image models only.
  std::size_t max_image_bytes = 64U << 20U;  ///< Decoded, each image.
  ModelTable models = ModelTable::built_in();  ///< What is known of the models of the host.
};

/// The OpenAI Images API (POST /images/generations). Errc::invalid_argument for an empty key, a bad URL, or a quality
/// that a known model does not have; a model that the table does not know is sent as it is, in the narrowest form
/// of the host.
///
/// Seeds are not used, and a negative prompt is Errc::invalid_argument, because the service has neither. Results that
/// come as URLs are downloaded from public addresses only, or from those on HttpClientOptions::allowed_hosts. \param
/// http, clock must outlive the provider.
Result<std::unique_ptr<ImageProvider>> make_openai_provider(OpenAiOptions options, HttpClient& http, Clock& clock);

}  // namespace imagegen
