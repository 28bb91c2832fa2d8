#include "provider/openai/openai_chat.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "provider/common/json_mender.hpp"

namespace imagegen {
namespace {

Error bad(std::string message) {
  return {Errc::bad_answer, std::move(message)};
}

template <class Object>
std::string_view chat_text_at(const Object& object, std::string_view field) {
  const auto* const value = object.if_contains(field);
  const auto* const text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string_view(text->data(), text->size()) : std::string_view();
}

const boost::json::object* first_choice(const boost::json::object& answer) {
  const auto* const choices = answer.if_contains("choices");
  const auto* const list = choices != nullptr ? choices->if_array() : nullptr;
  return list != nullptr && !list->empty() ? list->front().if_object() : nullptr;
}

Result<std::string> read_message(const boost::json::object& choice, const boost::json::object& message) {
  if (const auto refusal = chat_text_at(message, "refusal"); !refusal.empty()) {
    Error refused(Errc::content_refused, "the model declined");
    refused.provider_text = refusal;
    return refused;
  }
  const auto reason = chat_text_at(choice, "finish_reason");
  if (reason == "content_filter") return Error{Errc::content_refused, "the answer was held back by a content filter"};
  if (reason == "length") return Error{Errc::limit_exceeded, "the answer was cut off at the number of tokens allowed"};
  const auto* const content = message.if_contains("content");
  if (content == nullptr || !content->is_string()) return bad("message.content: expected a text, got none");
  return std::string(content->get_string());
}

}  // namespace

std::string openai_chat_body(const OpenAiTextOptions& options, const TextRequest& request) {
  const bool is_default = options.model.empty();
  boost::json::object body;
  body["model"] = is_default ? std::string(kDefaultTextModel) : options.model;
  boost::json::array messages;
  if (!request.instructions.empty())
    messages.push_back(boost::json::object{{"role", "system"}, {"content", request.instructions}});
  messages.push_back(boost::json::object{{"role", "user"}, {"content", request.text}});
  body["messages"] = std::move(messages);
  body["max_completion_tokens"] = options.max_tokens;
  const auto effort = options.reasoning_effort.empty() && is_default ? "none" : options.reasoning_effort;
  if (!effort.empty()) body["reasoning_effort"] = effort;
  if (options.temperature) body["temperature"] = *options.temperature;
  if (options.seed) body["seed"] = *options.seed;
  return boost::json::serialize(body);
}

Result<std::string> read_openai_chat(std::string_view body) {
  if (body.empty()) return bad("the answer is empty");
  const auto document = parse_mended_json(body);
  if (!document) return bad(body.front() == '<' ? "the answer is HTML, expected JSON" : "the answer is not JSON");
  const auto* const answer = document->if_object();
  if (answer == nullptr) return bad("the answer is no JSON object");
  const auto* const choice = first_choice(*answer);
  if (choice == nullptr) return bad("the answer has no choices");
  const auto* const message = choice->if_contains("message");
  if (message == nullptr || !message->is_object()) return bad("the answer's choice has no message");
  return read_message(*choice, message->get_object());
}

}  // namespace imagegen
