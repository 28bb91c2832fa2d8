#include "support/openai/fake_openai.hpp"

#include <imagegen/core/base64.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <set>
#include <utility>
#include <variant>

#include "support/gradient_png.hpp"

namespace imagegen::test {
namespace {

std::string json_text(std::string_view text) {
  return boost::json::serialize(boost::json::value(boost::json::string_view(text.data(), text.size())));
}
std::string text_or_null(std::string_view text) {
  return text.empty() ? "null" : json_text(text);
}

Reply error_reply(int status, std::string_view message, std::string_view type, std::string_view code,
                  std::string_view param = {}) {
  return Reply::json(error_json(message, type, code, param), status);
}

}  // namespace

std::string error_json(std::string_view message, std::string_view type, std::string_view code, std::string_view param) {
  return R"({"error":{"message":)" + json_text(message) + R"(,"type":)" + json_text(type) + R"(,"param":)" +
         text_or_null(param) + R"(,"code":)" + text_or_null(code) + "}}";
}

std::string chat_json(std::string_view message, std::string_view finish_reason) {
  return R"({"id":"chatcmpl-1","object":"chat.completion","created":1789000000,"model":"m","choices":[{"index":0,)"
         R"("message":)" +
         std::string(message) + R"(,"finish_reason":)" + json_text(finish_reason) +
         R"(}],"usage":{"prompt_tokens":50,"completion_tokens":40,"total_tokens":90}})";
}

std::string chat_text(std::string_view content) {
  return chat_json(R"({"role":"assistant","content":)" + json_text(content) + R"(,"refusal":null})");
}

std::string entry_of(std::string_view value, std::string_view field) {
  return "{" + json_text(field) + ":" + json_text(value) + "}";
}

std::string images_json(const Generation& generation, const std::vector<std::string>& entries) {
  std::string data;
  for (const auto& entry : entries) data += (data.empty() ? "" : ",") + entry;
  std::string text = R"({"created":1789000000,)";
  if (generation.gpt_image) {
    // `auto` is echoed as what it became.
    const auto quality = generation.quality == "auto" ? std::string("medium") : generation.quality;
    text += R"("background":"opaque","output_format":"png","quality":)" + json_text(quality) + R"(,"size":")" +
            std::to_string(generation.width) + "x" + std::to_string(generation.height) + R"(",)";
  }
  text += R"("data":[)" + data + "]";
  if (generation.gpt_image) {
    const auto output = 1000 * entries.size();
    text +=
        R"(,"usage":{"input_tokens":41,"input_tokens_details":{"text_tokens":41,"image_tokens":0},"output_tokens":)" +
        std::to_string(output) + R"(,"total_tokens":)" + std::to_string(output + 41) + "}";
  }
  return text + "}";
}

class FakeOpenAi::Rules final : public ServiceRules {
 public:
  explicit Rules(FakeOpenAiOptions options) : options(std::move(options)) {}

  const FakeOpenAiOptions options;
  std::vector<Chat> chats;

  std::string contract() const override { return FakeOpenAi::contract(); }
  std::set<std::string> headers() const override { return {"authorization", "openai-organization", "openai-project"}; }

  Reply answer(FakeCall& call) override {
    auto reply = route(call);
    if (!reply.raw.empty()) return reply;
    reply.headers.insert(reply.headers.end(), {{"x-request-id", "req_" + std::to_string(++requests_)},
                                               {"openai-version", "2020-10-01"},
                                               {"openai-processing-ms", "17"},
                                               {"x-ratelimit-limit-images", "50"},
                                               {"x-ratelimit-remaining-images", "49"},
                                               {"x-ratelimit-reset-images", "1.2s"}});
    return reply;
  }

 private:
  Reply route(FakeCall& call) {
    if (auto refused = authorize(call)) return *refused;
    if (call.query == options.query) {
      if (call.is("GET", "/v1/models/{}?", "model")) return model(call.parts.front());
      if (call.is("POST", "/v1/images/generations?", "generations")) return with_json(call, &Rules::generate);
      if (call.is("POST", "/v1/chat/completions?", "chat")) return with_json(call, &Rules::complete);
    }
    const auto& request = call.request;
    return call.violation("unexpected call", error_reply(404, "Invalid URL (" + request.method + " " + request.target + ")",
                                                         "invalid_request_error", ""));
  }

  std::optional<Reply> authorize(FakeCall& call) const {
    const auto& request = call.request;
    if (request.count("Authorization") == 0) {
      if (options.api_key.empty()) return std::nullopt;
      return error_reply(401, "You didn't provide an API key.", "invalid_request_error", "");
    }
    if (!call.has("Authorization", "Bearer " + options.api_key)) {
      // The service repeats what it was sent, partly masked.
      const auto got = request.header("Authorization"), key = got.substr(got.find(' ') + 1);
      const auto shown = key.size() > 12 ? key.substr(0, 8) + "********" + key.substr(key.size() - 4) : key;
      return error_reply(401, "Incorrect API key provided: " + shown + ".", "invalid_request_error", "invalid_api_key");
    }
    if (request.header("OpenAI-Organization") != options.organization ||
        request.header("OpenAI-Project") != options.project) {
      return error_reply(401, "No such organization or project.", "invalid_request_error", "mismatched_organization");
    }
    return std::nullopt;
  }

  static Reply model(const std::string& id) {
    if (!knows_model(id)) {
      return error_reply(404, "The model '" + id + "' does not exist.", "invalid_request_error", "model_not_found",
                         "model");
    }
    return Reply::json(R"({"id":)" + json_text(id) + R"(,"object":"model","created":1700000000,"owned_by":"system"})");
  }

  Reply with_json(FakeCall& call, Reply (Rules::*answer)(FakeCall&)) {
    if (call.request.header("Content-Type") == "application/json") return (this->*answer)(call);
    return call.violation("Content-Type: " + call.request.header("Content-Type"),
                          error_reply(415, "Unsupported content type.", "invalid_request_error",
                                      "unsupported_content_type"));
  }

  static Reply refuse(FakeCall& call, const Refusal& refusal) {
    if (refusal.code != "model_not_found") call.violate(refusal.message);
    return error_reply(refusal.status, refusal.message, refusal.type, refusal.code, refusal.param);
  }

  Reply generate(FakeCall& call) {
    auto checked = check_generation(call.request.body);
    if (const auto* refusal = std::get_if<Refusal>(&checked)) return refuse(call, *refusal);
    OpenAiAnswering answering;
    answering.generation = std::get<Generation>(checked);
    answering.key = options.api_key;
    std::vector<std::string> entries;
    for (int i = 0; i < answering.generation.n; ++i) {
      make_file(call, answering);
      entries.push_back(entry(answering));
    }
    answering.good = Reply::json(images_json(answering.generation, entries));
    call.begins(answering.generation.prompt);
    return call.answer(answering);
  }

  void make_file(FakeCall& call, OpenAiAnswering& answering) {
    const int width = answering.generation.width, height = answering.generation.height, index = images_++;
    auto file = options.make_image ? options.make_image(width, height, index) : gradient_png(width, height, index);
    answering.urls.push_back(call.serve(file));
    answering.files.push_back(std::move(file));
  }

  static std::string entry(const OpenAiAnswering& answering) {
    const auto& generation = answering.generation;
    const auto text = generation.wants_url ? entry_of(answering.urls.back(), "url")
                                           : entry_of(to_base64(as_bytes(answering.files.back())));
    if (generation.model != "dall-e-3") return text;
    return text.substr(0, text.size() - 1) + R"(,"revised_prompt":)" + json_text("Revised: " + generation.prompt) + "}";
  }

  Reply complete(FakeCall& call) {
    auto checked = check_chat(call.request.body);
    if (const auto* refusal = std::get_if<Refusal>(&checked)) return refuse(call, *refusal);
    OpenAiAnswering answering;
    answering.chat = std::get<Chat>(checked);
    answering.key = options.api_key;
    answering.good = Reply::json(chat_text("Enhanced: " + answering.chat.user));
    chats.push_back(answering.chat);
    return call.answer(answering);
  }

  int requests_ = 0, images_ = 0;
};

namespace {

ServerOptions server_options(const FakeOpenAiOptions& options) {
  ServerOptions made;
  made.certificate = options.certificate;
  made.reset_on_accept = options.reset_on_accept;
  return made;
}

}  // namespace

FakeOpenAi::FakeOpenAi(FakeOpenAiOptions options)
    : FakeService(std::make_unique<Rules>(options), server_options(options)), rules_(rules<Rules>()) {}

std::string FakeOpenAi::contract() {
  return "contracts/openai.md of 2026-08-21 (notes to 2026-09), conformance.md sections 0 and 1";
}

const std::string& FakeOpenAi::api_key() const {
  return rules_.options.api_key;
}

std::vector<Chat> FakeOpenAi::chats() const {
  const auto lock = this->lock();
  return rules_.chats;
}

}  // namespace imagegen::test
