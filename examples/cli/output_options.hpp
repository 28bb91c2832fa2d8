#pragma once
#include <imagegen/core/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace cli {

// Which options are for which output of a command that writes several: those before the first -o are for all of them,
// one between two for the one that follows, those behind the last again for all. What is for one output takes the place
// of what is for all. An option that is given as often as there are outputs is for one after the other, wherever it
// stands.
class OutputOptions {
 public:
  // Lets options be given more than once. To be called when all were added.
  static void allow_for_each(CLI::App& command);

  // What was given to the command, which is parsed.
  OutputOptions(const CLI::App& command, const CLI::Option& output);

  std::size_t outputs() const { return outputs_.size(); }
  // What to say of an option that was given neither once nor once for each output; nothing: all is well.
  std::optional<std::string> fault() const;
  // What a command line with this output alone would be.
  std::vector<std::string> arguments_of(std::size_t index) const;

 private:
  struct Occurrence {
    const CLI::Option* option;
    std::vector<std::string> words;  // as they are typed
    std::size_t outputs_before;
  };
  std::vector<const Occurrence*> chosen(const CLI::Option* option, std::size_t index) const;

  std::vector<std::string> outputs_;
  std::vector<Occurrence> given_;
};

}  // namespace cli
