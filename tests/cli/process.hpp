#pragma once
#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

// Runs the installed command line as a user does: its own process, its own environment.
namespace imagegen::test {

using Environment = std::map<std::string, std::string>;

struct Ended {
  int exit_code = -1;  // as a shell shows it; 128 + signal for a killed process
  std::string out, err;
};

// A running command line. The destructor kills what still runs.
class Process {
 public:
  Process(const std::vector<std::string>& arguments, const Environment& environment, const std::string& folder,
          const std::string& program = IMAGEGEN_CLI);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const;
  // Reads its stderr until `text` has come; false when it ended, or a minute passed, before.
  bool wait_for_err(const std::string& text);
  bool has_ended();
  // Nobody reads it any longer.
  void close_out();
  void close_err();
  Ended wait();

 private:
  void read(bool until_closed, const std::function<bool()>& enough);

  pid_t pid_ = -1;
  int out_ = -1, err_ = -1;
  Ended ended_;
  bool reaped_ = false;
};

// Runs to the end, in `folder`, with nothing in the environment but PATH and `environment`.
Ended run_cli(const std::vector<std::string>& arguments, const Environment& environment, const std::string& folder);

// The same on a terminal, which has stdout and stderr in one.
Ended run_cli_on_terminal(const std::vector<std::string>& arguments, const Environment& environment,
                          const std::string& folder);

// A new folder that is removed with everything in it.
class Folder {
 public:
  Folder();
  ~Folder();
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  // Relative names of all files below it, sorted; without those below folders that begin with a dot.
  std::vector<std::string> files() const;
  // Those that are no part of the database of jobs and purchases.
  std::vector<std::string> pictures() const;
  std::string read(const std::string& name) const;
  void write(const std::string& name, const std::string& text) const;

 private:
  std::string path_;
};

}  // namespace imagegen::test
