#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "storage/support/temp_folder.hpp"
#include "support/program.hpp"

// Runs the installed command line as a user does: its own process, its own environment.
namespace imagegen::test {

using Environment = std::map<std::string, std::string>;

struct Ended {
  int exit_code = -1;  // as a shell shows it; 128 + signal for a killed process
  std::string out, err;
};

// A running command line.
class Process : public Program {
 public:
  Process(const std::vector<std::string>& arguments, const Environment& environment, const std::string& folder,
          const std::string& program = IMAGEGEN_CLI);

  // Reads its stderr until `text` has come; false when it ended, or two minutes passed, before.
  bool wait_for_err(const std::string& text);
  Ended wait();

 private:
  void read(const std::function<bool()>& enough);

  Ended ended_;
};

// Runs to the end, in `folder`, with nothing in the environment but PATH and `environment`.
Ended run_cli(const std::vector<std::string>& arguments, const Environment& environment, const std::string& folder);

// The same on a terminal, which has stdout and stderr in one.
Ended run_cli_on_terminal(const std::vector<std::string>& arguments, const Environment& environment,
                          const std::string& folder);

class Folder : public TempFolder {
 public:
  std::string path() const { return TempFolder::path().string(); }
  // Relative names of all files below it, sorted; without those below folders that begin with a dot.
  std::vector<std::string> files() const;
  // Those that are no part of the database of jobs and purchases.
  std::vector<std::string> pictures() const;
  std::string read(const std::string& name) const;
  void write(const std::string& name, const std::string& text) const;
};

}  // namespace imagegen::test
