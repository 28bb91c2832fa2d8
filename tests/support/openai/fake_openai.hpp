#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/fake_service.hpp"
#include "support/openai/chat_rules.hpp"
#include "support/openai/generation_rules.hpp"

namespace imagegen::test {

/// Makes the file of one generated picture; `index` counts all pictures of the fake from 0.
using ImageMaker = std::function<std::string(int width, int height, int index)>;

/// What a fault of support/openai/faults.hpp has to work with.
struct OpenAiAnswering : Answering {
  Generation generation;
  Chat chat;  ///< Of a chat completion; then there is no generation.
};

struct FakeOpenAiOptions {
  std::string api_key = "sk-test-0a1b2c3d4e5f60718293a4b5c6d7e8f9";  ///< Empty: no Authorization may come.
  std::string organization, project;                                 ///< When not empty, the client must send them.
  std::string query;  ///< What the client must send behind every path, without the question mark.
  ImageMaker make_image;  ///< Empty: gradient_png() of the size that was asked for.
  Certificate certificate = Certificate::none;
  std::function<bool(int connection)> reset_on_accept;  ///< As in ServerOptions.
};

/// The OpenAI Images API and chat completions: a generation is answered with gradients, and a chat completion with
/// "Enhanced: " and the user's message. A wrong key and an unknown model are answers, not violations.
class FakeOpenAi : public FakeService {
 public:
  explicit FakeOpenAi(FakeOpenAiOptions options = {});

  /// The contract that is followed, with its date.
  static std::string contract();

  /// "http://127.0.0.1:port/v1"
  std::string base_url() const { return url("/v1"); }
  const std::string& api_key() const;

  /// FakeService::fail_next() and fail_always(), for generations...
  void fail_next(Fault fault) { FakeService::fail_next("generations", std::move(fault)); }
  void fail_always(Fault fault) { FakeService::fail_always("generations", std::move(fault)); }
  /// ...and for chat completions.
  void fail_next_chat(Fault fault) { FakeService::fail_next("chat", std::move(fault)); }
  void fail_always_chat(Fault fault) { FakeService::fail_always("chat", std::move(fault)); }

  /// Chat completions that were answered or spoilt, in order.
  std::vector<Chat> chats() const;
  /// Generations that came, whatever became of them.
  int generations() const { return calls("generations"); }

 private:
  class Rules;
  Rules& rules_;
};

/// {"error": {...}} as the service words it; an empty code or param is null.
std::string error_json(std::string_view message, std::string_view type, std::string_view code,
                       std::string_view param = {});

/// A chat completion whose one choice is `message` (JSON), ended for `finish_reason`.
std::string chat_json(std::string_view message, std::string_view finish_reason = "stop");
/// The same with this text.
std::string chat_text(std::string_view content);

/// The JSON of an answer to `generation` with these entries of data.
std::string images_json(const Generation& generation, const std::vector<std::string>& entries);

/// {"b64_json": "..."}, or another field of that kind.
std::string entry_of(std::string_view value, std::string_view field = "b64_json");

}  // namespace imagegen::test
