#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/loopback_server.hpp"
#include "support/openai/chat_rules.hpp"
#include "support/openai/generation_rules.hpp"

namespace imagegen::test {

/// Makes the file of one generated picture; `index` counts all pictures of the fake from 0.
using ImageMaker = std::function<std::string(int width, int height, int index)>;

/// What a fault has to work with.
struct Answering {
  Reply good;  ///< The answer that all would have been well with.
  Generation generation;
  std::vector<std::string> files;  ///< The pictures in `good`, in order.
  std::vector<std::string> urls;   ///< Where the fake serves the same pictures.
  std::string key;                 ///< What the client authenticated with.
  Chat chat;                       ///< Of a chat completion; then there is no generation.
};

/// What goes wrong with one generation or chat completion, after its request was checked as strictly as ever.
/// support/openai/faults.hpp has one for each line of the contract.
struct Fault {
  std::string name;
  bool accepted = false;  ///< The real service would have begun to work, and may charge for it.
  std::function<Reply(const Answering&)> spoil;
};

struct FakeOpenAiOptions {
  std::string api_key = "sk-test-0a1b2c3d4e5f60718293a4b5c6d7e8f9";  ///< Empty: no Authorization may come.
  std::string organization, project;                                 ///< When not empty, the client must send them.
  std::string query;  ///< What the client must send behind every path, without the question mark.
  ImageMaker make_image;  ///< Empty: gradient_png() of the size that was asked for.
  Certificate certificate = Certificate::none;
  std::function<bool(int connection)> reset_on_accept;  ///< As in ServerOptions.
};

/// The OpenAI Images API and chat completions on 127.0.0.1: strict about what it is sent, and scripted in what it
/// answers.
///
/// A request that breaks the contract is answered as the service would (400 unknown_parameter and so on), and fails the
/// test when the fake is destroyed, unless take_violations() was called. A wrong key and an unknown model are answers,
/// not violations. Safe from any thread.
class FakeOpenAi {
 public:
  explicit FakeOpenAi(FakeOpenAiOptions options = {});
  ~FakeOpenAi();

  /// The contract that is followed, with its date.
  static std::string contract();

  /// "http://127.0.0.1:port/v1"
  std::string base_url() const;
  /// "127.0.0.1:port", for HttpClientOptions::allowed_hosts.
  std::string host() const;
  const std::string& api_key() const;

  /// Faults for the next generations, in turn; after them all is well.
  void fail_next(Fault fault);
  /// A fault for every generation that none is queued for.
  void fail_always(Fault fault);
  /// The same for chat completions, which answer "Enhanced: " and the user's message when all is well.
  void fail_next_chat(Fault fault);
  void fail_always_chat(Fault fault);

  /// Chat completions that were answered or spoilt, in order.
  std::vector<Chat> chats() const;
  /// Generations that the service would have begun to work on: what could be charged.
  int accepted() const;
  /// Generations that came, whatever became of them.
  int generations() const;
  /// What clients did against the contract, and forgets it.
  std::vector<std::string> take_violations();

  LoopbackServer& server();

 private:
  struct State;
  std::shared_ptr<State> state_;
  std::unique_ptr<LoopbackServer> server_;
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
