#pragma once
#include <imagegen/http/http_message.hpp>
#include <imagegen/provider/openai.hpp>

#include <string_view>
#include <vector>

#include "provider/common/foreign_text.hpp"

namespace imagegen {

/// What stays the same from call to call.
struct OpenAiSettings {
  OpenAiOptions options;  ///< Checked.
  Url base;
  ForeignText foreign;  ///< Knows what secrets_of() has.
};

/// OpenAiOptions::host, filled in.
std::string host_of(const OpenAiOptions& options);

/// Whether the model takes output_format, moderation and background, and refuses response_format; for dall-e it is the
/// other way round.
bool is_gpt_image(const OpenAiSettings& settings, const std::string& model);

/// The body of POST /images/generations. Unknown fields are errors there, so a model is sent only what it takes. \param
/// request As adapt() made it.
std::string openai_body(const OpenAiSettings& settings, const ImageRequest& request);

/// Whom to ask, and as whom.
struct OpenAiAccount {
  Url base;
  Secret api_key;  ///< Empty: none is sent.
  std::string organization, project;
  std::string key_header = {};  ///< Empty: Authorization, as a bearer.
};

/// What of an account no message may hold: the key, organization and project, and the values in the query of the base
/// URL, as they stand and decoded. Not the value of "api-version", which is a date that errors need to name.
std::vector<Secret> secrets_of(const OpenAiAccount& account);

/// A request to `path` below the base URL, with the key.
HttpRequest openai_request(const OpenAiAccount& account, std::string_view method, std::string_view path);
HttpRequest openai_request(const OpenAiSettings& settings, std::string_view method, std::string_view path);

/// Fit for a header, and free of the line end that a key read from a file is apt to have.
bool is_visible_ascii(std::string_view text, std::size_t max_size);

/// A name that may carry the key: a word of letters, digits and hyphens, and no header that the client sends itself.
bool is_key_header(std::string_view name);

/// `base` with `api-version` in its query; as it is where `version` is empty, or its query has one.
Url with_api_version(Url base, std::string_view version);

/// `text` with all but unreserved characters percent-encoded (RFC 3986, section 2), to be one segment of a path.
std::string path_segment(std::string_view text);

}  // namespace imagegen
