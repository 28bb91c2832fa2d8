#pragma once
#include <string>
#include <string_view>
#include <variant>

#include "support/openai/generation_rules.hpp"

/// \file What POST /chat/completions accepts, as far as a prompt enhancer goes. Written from contracts/openai.md of
/// 2026-08-21, section 10, and sharing nothing with the client.
namespace imagegen::test {

/// A request that the service would work on.
struct Chat {
  std::string model, reasoning_effort;
  std::string system;  ///< Of the "system" or "developer" message.
  std::string user;    ///< Of the one "user" message.
  std::string body;    ///< As it came.
};

/// Ids that begin with "local-" stand for those of a compatible server.
std::variant<Chat, Refusal> check_chat(std::string_view body);

}  // namespace imagegen::test
