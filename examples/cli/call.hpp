#pragma once
#include <imagegen/core/shown_text.hpp>
#include <imagegen/engine/engine.hpp>

#include <boost/json/object.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exit_code.hpp"
#include "flags.hpp"
#include "said.hpp"
#include "settings.hpp"

namespace cli {

// What every command has: its options become the request of an operation, whose answer is printed.
struct Command {
  Settings settings;
  boost::json::object request;
  bool json = false;
  std::vector<Flag> flags = {};  // of the request
};

// Its options: `flags` of the request, those that all have, and --json.
void add_options(CLI::App& app, Command& command, std::vector<Flag> flags,
                 const std::string& json = "Print JSON on stdout and nothing else");

// Nothing after having said why.
std::unique_ptr<imagegen::Engine> open_engine(const Settings& settings);
// The same for commands that only look at what is kept: they make neither database nor file, and need no keys.
std::unique_ptr<imagegen::Engine> open_to_read(const Settings& settings);
// The same for commands that end what is there.
std::unique_ptr<imagegen::Engine> open_to_remove(const Settings& settings);

// What an operation came to.
struct Answer {
  explicit Answer(imagegen::OperationOutcome outcome);
  bool ok;
  std::string json;              // the result as it is
  boost::json::object document;  // the result, or the error
  std::vector<imagegen::SharedBytes> files = {};
  boost::json::object error = {};  // for --json: {"error": {"code", "message", ...}}, and what the operation has to add
};

Answer call(imagegen::Engine& engine, std::string_view operation, const boost::json::object& request,
            imagegen::RunOptions how = {});

// Says what went wrong, in the words of the command's options. \return What the process ends with.
int complain(const Answer& failed, std::span<const Flag> flags = {});

// What it says of a failure.
std::string message_of(const Answer& failed);

// Prints an answer: as it is with --json, a result else by `print`. \return What the process ends with.
int show(const Answer& answer, bool as_json, std::span<const Flag> flags, void (*print)(const boost::json::object&));

// Fields of a document, as they go to a terminal: without control characters, "" or 0 where they are missing.
std::string text_of(const boost::json::object& document, std::string_view name);
std::int64_t number_of(const boost::json::object& document, std::string_view name);
bool is(const boost::json::object& document, std::string_view name);
// "0.042"; "" where it is null.
std::string dollars_of(const boost::json::object& document, std::string_view name);
// The objects of a list.
std::vector<boost::json::object> list_of(const boost::json::object& document, std::string_view name);
// The texts of a list, as they go to a terminal.
std::vector<std::string> texts_of(const boost::json::object& document, std::string_view name);

}  // namespace cli
