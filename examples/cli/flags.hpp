#pragma once
#include <boost/json/object.hpp>

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace cli {

// An option of a command, and the field that it becomes of the operation's request, or of the configuration.
struct Flag {
  enum class Takes {
    described,  // as the operation describes the field; see described_flags()
    text,       // one value; an empty one counts as not given
    texts,      // a list; the option may be repeated
    number,     // a whole one, of low..high where these are given
    real,       // any number
    dollars,    // an amount
    yes,        // no value: true
    no,         // no value: false
    word,       // no value: `value`
  };
  std::string name;   // "--job-state"; without dashes an argument, which must be there
  std::string field;  // "provenance.model": inside of another
  Takes takes = Takes::described;
  std::string what = "";  // empty: as described
  std::int64_t low = 0, high = 0;
  std::string value = "";
  std::string environment = "";         // the variable that sets the same
  std::vector<std::string> words = {};  // all that it takes, where these are few
};

// The options of an operation: `own` with what its description says, and in their order one for each other field that
// can stand in an option, named after it: "dryRun" is --dry-run. The `hidden` have none.
std::vector<Flag> described_flags(std::string_view operation, std::span<const Flag> own = {},
                                  std::initializer_list<std::string_view> hidden = {});

// What is given is put into `out`. Both have to live until the command line was read.
void add_flags(CLI::App& command, std::span<const Flag> flags, boost::json::object& out);

// Sets a field that may lie in another: "budgets.day".
void put(boost::json::object& out, std::string_view field, boost::json::value value);

// By which option a field was given; the field itself where that is none.
std::string name_of(std::span<const Flag> flags, std::string_view field);

}  // namespace cli
