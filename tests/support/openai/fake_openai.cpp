#include "support/openai/fake_openai.hpp"

#include <imagegen/core/base64.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "support/openai/gradient_png.hpp"

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

std::string lower(std::string text) {
  for (auto& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
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

struct FakeOpenAi::State {
  FakeOpenAiOptions options;
  std::string base_url;

  mutable std::mutex mutex;
  // What is to go wrong with one kind of call.
  struct Trouble {
    std::deque<Fault> faults;
    std::optional<Fault> lasting;

    std::optional<Fault> next() {
      if (faults.empty()) return lasting;
      auto fault = std::move(faults.front());
      faults.pop_front();
      return fault;
    }
  } trouble, chat_trouble;
  std::vector<Chat> chats;
  std::vector<std::string> violations;
  std::map<std::string, std::string> files;  // by target
  int accepted = 0, generations = 0, requests = 0, images = 0;

  Reply answer(const RecordedRequest& request) {
    const std::lock_guard lock(mutex);
    ++requests;
    auto reply = route(request);
    if (!reply.raw.empty()) return reply;
    reply.headers.insert(reply.headers.end(), {{"x-request-id", "req_" + std::to_string(requests)},
                                               {"openai-version", "2020-10-01"},
                                               {"openai-processing-ms", "17"},
                                               {"x-ratelimit-limit-images", "50"},
                                               {"x-ratelimit-remaining-images", "49"},
                                               {"x-ratelimit-reset-images", "1.2s"}});
    return reply;
  }

  Reply route(const RecordedRequest& request) {
    if (request.target.starts_with("/files/")) return file(request);
    if (auto refused = authorize(request)) return *refused;
    unexpected_headers(request);
    const std::string end = options.query.empty() ? "" : "?" + options.query;
    const auto path = std::string_view(request.target).substr(0, request.target.size() - std::min(end.size(), request.target.size()));
    const bool is_whole = request.target == std::string(path) + end;
    if (is_whole && request.method == "GET" && path.starts_with("/v1/models/")) return model(std::string(path.substr(11)));
    if (is_whole && request.method == "POST" && path == "/v1/images/generations")
      return with_json(request, &State::generate);
    if (is_whole && request.method == "POST" && path == "/v1/chat/completions")
      return with_json(request, &State::complete);
    violate("unexpected call: " + request.method + " " + request.target);
    return error_reply(404, "Invalid URL (" + request.method + " " + request.target + ")", "invalid_request_error", "");
  }

  std::optional<Reply> authorize(const RecordedRequest& request) {
    if (request.count("Authorization") > 1) violate("more than one Authorization header");
    if (request.count("Authorization") == 0) {
      if (options.api_key.empty()) return std::nullopt;
      return error_reply(401, "You didn't provide an API key.", "invalid_request_error", "");
    }
    const auto got = request.header("Authorization");
    if (got != "Bearer " + options.api_key) {
      // The service repeats what it was sent, partly masked.
      const auto key = got.substr(got.find(' ') + 1);
      const auto shown = key.size() > 12 ? key.substr(0, 8) + "********" + key.substr(key.size() - 4) : key;
      return error_reply(401, "Incorrect API key provided: " + shown + ".", "invalid_request_error", "invalid_api_key");
    }
    if (request.header("OpenAI-Organization") != options.organization ||
        request.header("OpenAI-Project") != options.project) {
      return error_reply(401, "No such organization or project.", "invalid_request_error", "mismatched_organization");
    }
    return std::nullopt;
  }

  void unexpected_headers(const RecordedRequest& request) {
    static const std::set<std::string> expected{
        "host",       "authorization", "accept",         "accept-encoding",     "user-agent",
        "connection", "content-type",  "content-length", "openai-organization", "openai-project"};
    for (const auto& [name, value] : request.headers) {
      if (!expected.contains(lower(name))) violate("unexpected header: " + name);
    }
  }

  Reply model(const std::string& id) const {
    if (!knows_model(id)) {
      return error_reply(404, "The model '" + id + "' does not exist.", "invalid_request_error", "model_not_found",
                         "model");
    }
    return Reply::json(R"({"id":)" + json_text(id) + R"(,"object":"model","created":1700000000,"owned_by":"system"})");
  }

  // A result URL is on another host as far as the client knows: no header of the API may come here.
  Reply file(const RecordedRequest& request) {
    for (const auto* const header : {"Authorization", "OpenAI-Organization", "OpenAI-Project"}) {
      if (request.count(header) > 0) violate(std::string("a result URL was sent ") + header);
    }
    const auto found = files.find(request.target);
    if (found == files.end()) return Reply::of(404, "gone", {{"Content-Type", "text/plain"}});
    return Reply::of(200, found->second, {{"Content-Type", "image/png"}});
  }

  Reply with_json(const RecordedRequest& request, Reply (State::*answer)(const RecordedRequest&)) {
    if (request.header("Content-Type") == "application/json") return (this->*answer)(request);
    violate("Content-Type: " + request.header("Content-Type"));
    return error_reply(415, "Unsupported content type.", "invalid_request_error", "unsupported_content_type");
  }

  Reply generate(const RecordedRequest& request) {
    ++generations;
    auto checked = check_generation(request.body);
    if (const auto* refusal = std::get_if<Refusal>(&checked)) {
      if (refusal->code != "model_not_found") violate("POST /images/generations: " + refusal->message);
      return error_reply(refusal->status, refusal->message, refusal->type, refusal->code, refusal->param);
    }
    return work(std::get<Generation>(checked));
  }

  Reply work(const Generation& generation) {
    Answering answering;
    answering.generation = generation;
    answering.key = options.api_key;
    std::vector<std::string> entries;
    for (int i = 0; i < generation.n; ++i) {
      make_file(answering);
      entries.push_back(entry(answering));
    }
    answering.good = Reply::json(images_json(generation, entries));
    const auto fault = trouble.next();
    accepted += !fault || fault->accepted ? 1 : 0;
    return fault ? fault->spoil(answering) : answering.good;
  }

  void make_file(Answering& answering) {
    const auto& [width, height] = std::pair{answering.generation.width, answering.generation.height};
    const auto index = images++;
    // A query with a signature: it must come back byte for byte.
    const auto target = "/files/" + std::to_string(index) + ".png?sig=a%2Fb+c%3D&se=2026";
    auto file = options.make_image ? options.make_image(width, height, index) : gradient_png(width, height, index);
    files[target] = file;
    answering.files.push_back(std::move(file));
    answering.urls.push_back(base_url + target);
  }

  static std::string entry(const Answering& answering) {
    const auto& generation = answering.generation;
    const auto text = generation.wants_url ? entry_of(answering.urls.back(), "url")
                                           : entry_of(to_base64(as_bytes(answering.files.back())));
    if (generation.model != "dall-e-3") return text;
    return text.substr(0, text.size() - 1) + R"(,"revised_prompt":)" + json_text("Revised: " + generation.prompt) + "}";
  }

  Reply complete(const RecordedRequest& request) {
    auto checked = check_chat(request.body);
    if (const auto* refusal = std::get_if<Refusal>(&checked)) {
      if (refusal->code != "model_not_found") violate("POST /chat/completions: " + refusal->message);
      return error_reply(refusal->status, refusal->message, refusal->type, refusal->code, refusal->param);
    }
    Answering answering;
    answering.chat = std::get<Chat>(checked);
    answering.key = options.api_key;
    answering.good = Reply::json(chat_text("Enhanced: " + answering.chat.user));
    chats.push_back(answering.chat);
    const auto fault = chat_trouble.next();
    return fault ? fault->spoil(answering) : answering.good;
  }

  void violate(std::string what) { violations.push_back(std::move(what)); }
};

FakeOpenAi::FakeOpenAi(FakeOpenAiOptions options) : state_(std::make_shared<State>()) {
  ServerOptions server_options;
  server_options.certificate = options.certificate;
  server_options.reset_on_accept = options.reset_on_accept;
  state_->options = std::move(options);
  auto handler = [state = state_](const RecordedRequest& request) { return state->answer(request); };
  server_ = std::make_unique<LoopbackServer>(handler, std::move(server_options));
  const std::lock_guard lock(state_->mutex);
  state_->base_url = server_->url();
}

FakeOpenAi::~FakeOpenAi() {
  server_.reset();
  for (const auto& violation : take_violations()) ADD_FAILURE() << contract() << " was broken: " << violation;
}

std::string FakeOpenAi::contract() {
  return "contracts/openai.md of 2026-08-21 (notes to 2026-09), conformance.md sections 0 and 1";
}

std::string FakeOpenAi::base_url() const {
  return server_->url("/v1");
}
std::string FakeOpenAi::host() const {
  return "127.0.0.1:" + std::to_string(server_->port());
}
const std::string& FakeOpenAi::api_key() const {
  return state_->options.api_key;
}
LoopbackServer& FakeOpenAi::server() {
  return *server_;
}

void FakeOpenAi::fail_next(Fault fault) {
  const std::lock_guard lock(state_->mutex);
  state_->trouble.faults.push_back(std::move(fault));
}

void FakeOpenAi::fail_always(Fault fault) {
  const std::lock_guard lock(state_->mutex);
  state_->trouble.lasting = std::move(fault);
}

void FakeOpenAi::fail_next_chat(Fault fault) {
  const std::lock_guard lock(state_->mutex);
  state_->chat_trouble.faults.push_back(std::move(fault));
}

void FakeOpenAi::fail_always_chat(Fault fault) {
  const std::lock_guard lock(state_->mutex);
  state_->chat_trouble.lasting = std::move(fault);
}

std::vector<Chat> FakeOpenAi::chats() const {
  const std::lock_guard lock(state_->mutex);
  return state_->chats;
}

int FakeOpenAi::accepted() const {
  const std::lock_guard lock(state_->mutex);
  return state_->accepted;
}

int FakeOpenAi::generations() const {
  const std::lock_guard lock(state_->mutex);
  return state_->generations;
}

std::vector<std::string> FakeOpenAi::take_violations() {
  const std::lock_guard lock(state_->mutex);
  return std::exchange(state_->violations, {});
}

}  // namespace imagegen::test
