#include "output.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <iostream>

#include "exit_code.hpp"

namespace cli {
namespace {

// open() gives the lowest number that is free, which is the one that was found closed.
void occupy(int descriptor, int flags) {
  if (::fcntl(descriptor, F_GETFD) == -1) static_cast<void>(::open("/dev/null", flags));
}

}  // namespace

void prepare_output() {
  ::signal(SIGPIPE, SIG_IGN);
  occupy(STDIN_FILENO, O_RDONLY);
  occupy(STDOUT_FILENO, O_RDONLY);  // writing fails, as it would without
  occupy(STDERR_FILENO, O_WRONLY);  // whoever closes it wants no messages
}

bool output_is_written() {
  return std::cout.flush().good() && std::cerr.good();
}

int checked_output(int exit_code) {
  if (output_is_written()) return exit_code;
  std::cerr.clear();
  std::cerr << "imagegen: the output could not be written: expected a reader and room on the disk\n";
  return exit_code == kOk ? kFailed : exit_code;
}

}  // namespace cli
