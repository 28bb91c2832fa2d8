#include "provider/openai/openai_request.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace imagegen {
namespace {

// As a server may read it; what is no escape stays.
std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned byte = 0;
    const auto digits = text.substr(at, 3);
    const auto* const end = digits.data() + digits.size();
    const bool is_escape = digits.size() == 3 && digits.front() == '%' &&
                           std::from_chars(digits.data() + 1, end, byte, 16).ptr == end;
    out += is_escape ? static_cast<char>(byte) : text[at] == '+' ? ' ' : text[at];
    if (is_escape) at += 2;
  }
  return out;
}

}  // namespace

std::string host_of(const OpenAiOptions& options) {
  return options.host.empty() ? "openai" : options.host;
}

bool is_gpt_image(const OpenAiSettings& settings, const std::string& model) {
  return settings.options.models.facts(host_of(settings.options), model).dialect != "dall-e";
}

std::string openai_body(const OpenAiSettings& settings, const ImageRequest& request) {
  const auto& options = settings.options;
  boost::json::object body;
  auto put_if_given = [&](std::string_view field, const std::string& value) {
    if (!value.empty()) body[field] = value;
  };
  body["model"] = request.model;
  body["prompt"] = request.prompt.text;
  body["n"] = request.count;
  body["size"] = to_string(pixels_of(request));
  body["quality"] = request.quality;
  if (is_gpt_image(settings, request.model)) {
    body["output_format"] = "png";  // lossless, so that what is cut from it is encoded once
    put_if_given("moderation", options.moderation);
    put_if_given("background", options.background);
  } else {
    body["response_format"] = "b64_json";
  }
  put_if_given("user", request.user);
  return boost::json::serialize(body);
}

std::vector<Secret> secrets_of(const OpenAiAccount& account) {
  std::vector<Secret> secrets{account.api_key, Secret(account.organization), Secret(account.project)};
  const std::string_view target = account.base.target;
  auto query = target.substr(std::min(target.find('?'), target.size() - 1) + 1);
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const auto equals = pair.find('=');
    if (pair.substr(0, equals) == "api-version") continue;
    const auto value = equals == std::string_view::npos ? pair : pair.substr(equals + 1);
    secrets.emplace_back(std::string(value));
    if (auto plain = percent_decoded(value); plain != value) secrets.emplace_back(std::move(plain));
  }
  return secrets;
}

HttpRequest openai_request(const OpenAiAccount& account, std::string_view method, std::string_view path) {
  HttpRequest request;
  request.method = method;
  request.url = with_path(account.base, path);
  if (!account.api_key.empty() && account.key_header.empty())
    request.headers.add("Authorization", "Bearer " + account.api_key.reveal());
  if (!account.api_key.empty() && !account.key_header.empty())
    request.headers.add(account.key_header, account.api_key.reveal());
  request.headers.add("Accept", "application/json");
  if (!account.organization.empty()) request.headers.add("OpenAI-Organization", account.organization);
  if (!account.project.empty()) request.headers.add("OpenAI-Project", account.project);
  return request;
}

HttpRequest openai_request(const OpenAiSettings& settings, std::string_view method, std::string_view path) {
  const auto& options = settings.options;
  const OpenAiAccount account{settings.base, options.api_key, options.organization, options.project,
                              options.key_header};
  return openai_request(account, method, path);
}

bool is_visible_ascii(std::string_view text, std::size_t max_size) {
  return text.size() <= max_size && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
}

bool is_key_header(std::string_view name) {
  constexpr std::string_view kTaken[] = {"host",   "content-length", "connection", "transfer-encoding", "content-type",
                                         "accept", "user-agent",     "cookie",     "accept-encoding"};
  std::string small(name);
  std::ranges::transform(small, small.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const bool is_word = small.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  return !small.empty() && small.size() <= 64 && is_word && std::ranges::find(kTaken, small) == std::end(kTaken);
}

Url with_api_version(Url base, std::string_view version) {
  const auto query = base.target.find('?');
  const bool has_one = query != std::string::npos && (base.target.find("?api-version=", query) != std::string::npos ||
                                                      base.target.find("&api-version=", query) != std::string::npos);
  if (version.empty() || has_one) return base;
  base.target.append(query == std::string::npos ? "?" : "&").append("api-version=").append(path_segment(version));
  return base;
}

std::string path_segment(std::string_view text) {
  constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string segment;
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      segment += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      segment.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
    }
  }
  return segment;
}

}  // namespace imagegen
