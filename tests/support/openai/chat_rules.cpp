#include "support/openai/chat_rules.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <set>

namespace imagegen::test {
namespace {

namespace json = boost::json;
using Words = std::set<std::string, std::less<>>;

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool is_number(const json::value& value, double low, double high) {
  return value.is_number() && value.to_number<double>() >= low && value.to_number<double>() <= high;
}

bool reasons(const Chat& chat) {
  return chat.model.starts_with("gpt-6") && chat.reasoning_effort != "none";
}

std::optional<Refusal> read_message(const json::value& entry, Chat& chat) {
  if (!entry.is_object() || entry.get_object().size() != 2) return refuse("invalid_type", "messages", "Invalid type.");
  const auto role = text_of(entry.get_object(), "role"), content = text_of(entry.get_object(), "content");
  if (content.empty()) return refuse("invalid_type", "messages.content", "Expected a string.");
  if (role == "user" && chat.user.empty())
    chat.user = content;
  else if ((role == "system" || role == "developer") && chat.system.empty() && chat.user.empty())
    chat.system = content;
  else
    return refuse("invalid_value", "messages.role", "Unexpected message of role " + role);
  return std::nullopt;
}

// One of the fields beside model and messages.
std::optional<Refusal> check_field(const std::string& name, const json::value& value, const Chat& chat) {
  static const Words efforts{"none", "minimal", "low", "medium", "high", "xhigh", "max"};
  bool good = false;
  if (name == "max_completion_tokens") good = value.is_int64() && is_number(value, 1, 128'000);
  if (name == "seed") good = value.is_int64();
  if (name == "reasoning_effort") good = efforts.contains(chat.reasoning_effort);
  if (name == "temperature") {
    if (reasons(chat)) return refuse("unsupported_value", name, "Only the default temperature is supported.");
    good = is_number(value, 0, 2);
  }
  if (good) return std::nullopt;
  static const Words known{"max_completion_tokens", "seed", "reasoning_effort", "temperature"};
  return known.contains(name) ? refuse("invalid_value", name, "Invalid value for '" + name + "'.")
                              : refuse("unknown_parameter", name, "Unknown parameter: '" + name + "'.");
}

}  // namespace

std::variant<Chat, Refusal> check_chat(std::string_view body) {
  boost::system::error_code failed;
  const auto document = json::parse(body, failed);
  if (failed || !document.is_object()) return refuse("", "", "We could not parse the JSON body of your request.");
  const auto& object = document.get_object();
  Chat chat;
  chat.body = body;
  chat.model = text_of(object, "model");
  chat.reasoning_effort = text_of(object, "reasoning_effort");
  const auto* messages = object.if_contains("messages");
  if (messages == nullptr || !messages->is_array()) return refuse("missing_required_parameter", "messages", "Missing.");
  for (const auto& entry : messages->get_array()) {
    if (const auto fault = read_message(entry, chat)) return *fault;
  }
  if (chat.user.empty()) return refuse("invalid_value", "messages", "Expected a message of the user.");
  for (const auto& field : object) {
    const std::string name(field.key());
    if (name == "model" || name == "messages") continue;
    if (const auto fault = check_field(name, field.value(), chat)) return *fault;
  }
  const bool known = chat.model == "gpt-6-luna" || chat.model == "gpt-4.1-mini" || chat.model.starts_with("local-");
  if (known) return chat;
  return Refusal{404, "invalid_request_error", "model_not_found", "model",
                 "The model '" + chat.model + "' does not exist."};
}

}  // namespace imagegen::test
