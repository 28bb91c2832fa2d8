#include "call.hpp"

#include <CLI/CLI.hpp>
#include <imagegen/core/money.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <iostream>

#include "terminal.hpp"

namespace cli {
namespace {

namespace js = boost::json;

std::unique_ptr<imagegen::Engine> open(const Settings& settings, bool makes_nothing, bool keys_later) {
  auto options = options_of(settings);
  if (!options) return nullptr;
  options->makes_nothing = makes_nothing, options->keys_later = keys_later;
  auto engine = imagegen::Engine::open(std::move(*options));
  if (engine) return std::move(*engine);
  complain(engine.error(), kBadInput);
  return nullptr;
}

// What an operation says of its failure in a document of its own, with the error in it as of every other failure. Not
// in the words of the provider, which may quote people.
js::object error_of(const js::object& failure, const std::string& own) {
  js::object error = failure;
  for (const auto* name : {"body", "status", "httpStatus", "providerText"}) error.erase(name);
  boost::system::error_code failed;
  auto parsed = js::parse(own.empty() ? "{}" : own, failed);
  auto document = !failed && parsed.is_object() ? std::move(parsed.get_object()) : js::object();
  if (const auto* code = document.if_contains("error"); code && code->is_string()) error["code"] = *code;
  if (const auto* details = document.if_contains("details")) error["details"] = *details, document.erase("details");
  document["error"] = std::move(error);
  return document;
}

// Whether whoever called is to blame, as far as a program can tell.
bool is_bad_input(const js::object& error) {
  constexpr std::array<std::string_view, 4> kInput{"INVALID_ARGUMENT", "NOT_FOUND", "CONFLICT", "PERMISSION_DENIED"};
  const std::string_view code = error.at("code").as_string();
  return number_of(error, "httpStatus") < 500 && std::ranges::find(kInput, code) != kInput.end();
}

}  // namespace

void add_options(CLI::App& app, Command& command, std::vector<Flag> flags, const std::string& json) {
  command.flags = std::move(flags);
  add_flags(app, command.flags, command.request);
  app.add_flag("--json", command.json, json);
  add_settings(app, command.settings);
}

std::unique_ptr<imagegen::Engine> open_engine(const Settings& settings) {
  return open(settings, false, false);
}

std::unique_ptr<imagegen::Engine> open_to_read(const Settings& settings) {
  return open(settings, true, true);
}

std::unique_ptr<imagegen::Engine> open_to_remove(const Settings& settings) {
  return open(settings, true, false);
}

Answer::Answer(imagegen::OperationOutcome outcome) : ok(std::holds_alternative<imagegen::OperationResult>(outcome)) {
  if (auto* result = std::get_if<imagegen::OperationResult>(&outcome)) {
    json = std::move(result->json);
    files = std::move(result->bytes);
    document = js::parse(json).as_object();
  } else {
    const auto& failure = std::get<imagegen::OperationFailure>(outcome);
    document = js::parse(to_json(failure)).as_object();
    error = error_of(document, failure.body);
  }
}

Answer call(imagegen::Engine& engine, std::string_view operation, const js::object& request, imagegen::RunOptions how) {
  return Answer(engine.run(operation, js::serialize(request), std::move(how)));
}

int complain(const Answer& failed, std::span<const Flag> flags) {
  const auto& error = failed.document;
  const int exit_code = is_bad_input(error) ? kBadInput : kFailed;
  const auto faults = list_of(error, "faults");
  if (manner().json) print_error(failed.error);
  for (const auto& fault : faults) {
    const auto name = name_of(flags, std::string(fault.at("path").as_string()));  // empty: of the request as a whole
    complain_beside((name.empty() ? "" : name + ": ") + std::string(fault.at("message").as_string()), exit_code);
  }
  return faults.empty() ? complain_beside(message_of(failed), exit_code) : exit_code;
}

std::string message_of(const Answer& failed) {
  return std::string(failed.document.at("message").as_string());
}

int show(const Answer& answer, bool as_json, std::span<const Flag> flags, void (*print)(const js::object&)) {
  if (!answer.ok) return complain(answer, flags);
  if (as_json)
    std::cout << answer.json << "\n";
  else
    print(answer.document);
  return kOk;
}

std::string text_of(const js::object& document, std::string_view name) {
  const auto* value = document.if_contains(name);
  return value && value->is_string() ? imagegen::shown(value->get_string()) : std::string();
}

std::int64_t number_of(const js::object& document, std::string_view name) {
  const auto* value = document.if_contains(name);
  return value && value->is_number() ? value->to_number<std::int64_t>() : 0;
}

bool is(const js::object& document, std::string_view name) {
  const auto* value = document.if_contains(name);
  return value && value->is_bool() && value->get_bool();
}

std::string dollars_of(const js::object& document, std::string_view name) {
  const auto* value = document.if_contains(name);
  if (!value || !value->is_number()) return {};
  return to_string(imagegen::Usd::from_dollars(value->to_number<double>()));
}

std::vector<js::object> list_of(const js::object& document, std::string_view name) {
  std::vector<js::object> list;
  const auto* value = document.if_contains(name);
  if (!value || !value->is_array()) return list;
  for (const auto& item : value->get_array()) list.push_back(item.as_object());
  return list;
}

std::vector<std::string> texts_of(const js::object& document, std::string_view name) {
  std::vector<std::string> list;
  const auto* value = document.if_contains(name);
  if (!value || !value->is_array()) return list;
  for (const auto& item : value->get_array()) list.push_back(imagegen::shown(item.as_string()));
  return list;
}

}  // namespace cli
