#pragma once
#include <string>
#include <string_view>
#include <variant>

/// \file What POST /images/generations accepts. Written from contracts/openai.md of 2026-08-21, sections 2 and 3, and
/// sharing nothing with the client, so that the two cannot be wrong in the same way.
namespace imagegen::test {

/// A request that the service would work on.
struct Generation {
  std::string model, prompt, size, quality;
  int n = 1;
  int width = 1024, height = 1024;
  bool gpt_image = true;
  bool wants_url = false;
};

/// A request that it would turn down before any work.
struct Refusal {
  int status = 400;
  std::string type = "invalid_request_error", code, param, message;
};

Refusal refuse(std::string code, std::string param, std::string message);

std::variant<Generation, Refusal> check_generation(std::string_view body);

/// The service knows the model; ids that begin with "gateway-" stand for those of a compatible gateway, and are taken
/// with the rules of gpt-image-1.
bool knows_model(std::string_view id);

}  // namespace imagegen::test
