#pragma once
#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace cli {

// An option of a command, and the field that it becomes of the operation's request, or of the configuration.
struct Flag {
  enum class Takes {
    text,     // one value; an empty one counts as not given
    texts,    // a list; the option may be repeated
    number,   // a whole one, of low..high where these are given
    real,     // any number
    dollars,  // an amount
    yes,      // no value: true
    no,       // no value: false
    word,     // no value: `value`
  };
  const char* name;   // "--with-state"; without dashes an argument, which must be there
  const char* field;  // "provenance.model": inside of another
  Takes takes;
  const char* what;
  long low = 0, high = 0;
  const char* value = "";
};

// What is given is put into `out`, which has to live until the command line was read.
void add_flags(CLI::App& command, std::span<const Flag> flags, boost::json::object& out);

// Sets a field that may lie in another: "budgets.day".
void put(boost::json::object& out, std::string_view field, boost::json::value value);

// By which option a field was given; the field itself where that is none.
std::string name_of(std::span<const Flag> flags, std::string_view field);

}  // namespace cli
