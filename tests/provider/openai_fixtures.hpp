#pragma once
#include <imagegen/core/base64.hpp>
#include <imagegen/provider/openai.hpp>

#include <string>
#include <variant>

#include "provider/openai/openai_request.hpp"

/// \file What the OpenAI tests have in common.
namespace imagegen::test {

inline constexpr std::string_view kKey = "sk-test-0a1b2c3d4e5f60718293a4b5c6d7e8f9";

/// The first bytes of a PNG file, which is all that the provider looks at, and `tail`.
inline std::string png(std::string_view tail = "picture") {
  return "\x89PNG\r\n\x1A\n" + std::string(tail);
}
inline std::string png64(std::string_view tail = "picture") {
  return to_base64(as_bytes(png(tail)));
}

inline std::string answer_with(std::string_view entries) {
  return R"({"created":1789000000,"data":[)" + std::string(entries) + "]}";
}
inline std::string answer_with_png(std::string_view tail = "picture") {
  return answer_with(R"({"b64_json":")" + png64(tail) + "\"}");
}

inline OpenAiOptions options_for(std::string model) {
  OpenAiOptions options;
  options.api_key = Secret(std::string(kKey));
  options.model = std::move(model);
  return options;
}

inline OpenAiSettings settings_for(std::string model) {
  return {options_for(std::move(model)), parse_url("https://api.openai.com/v1").value(), {}};
}

inline ImageRequest request_for(std::string prompt, PixelSize size = {1024, 1024}, int count = 1) {
  ImageRequest request;
  request.prompt.text = std::move(prompt);
  request.size = size;
  request.count = count;
  return request;
}

/// As the provider sends it.
inline ImageRequest adapted(ImageRequest request, const std::string& model) {
  return adapt(ModelTable::built_in().find("openai", model), std::move(request), Strictness::strict).value().request;
}

inline Error error_of(Errc code, Delivery delivery) {
  Error error(code, "as scripted");
  error.delivery = delivery;
  return error;
}

/// The images of a Submission that has them; fails by exception else.
inline const GeneratedImages& images_of(const Result<Submission>& submitted) {
  return std::get<GeneratedImages>(submitted.value());
}

}  // namespace imagegen::test
