#include "said.hpp"

#include <imagegen/core/shown_text.hpp>

#include <unistd.h>

#include <iostream>

#include "exit_code.hpp"
#include "json_text.hpp"
#include "live_line.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

bool error_is_printed = false;

void say_on_stderr(std::string_view message) {
  write_above("imagegen: " + imagegen::shown_lines(message) + "\n");
}

std::string_view code_of_exit(int exit_code) {
  switch (exit_code) {
    case kBadInput:
      return "INVALID_ARGUMENT";
    case kOverBudget:
      return "BUDGET_EXCEEDED";
    case kInterrupted:
      return "CANCELLED";
    default:
      return "FAILED";
  }
}

}  // namespace

void print_error(const boost::json::object& document) {
  if (!error_is_printed) std::cout << json_text(document) << "\n";
  error_is_printed = true;
}

int complain_beside(std::string_view message, int exit_code) {
  write_above(painted(STDERR_FILENO, Style::fault, "imagegen:") + " " + imagegen::shown_lines(message) + "\n");
  return exit_code;
}

boost::json::object error_before_asking(std::string_view code, std::string_view message) {
  return {{"code", code}, {"message", message}, {"retryable", false}, {"spent", false}, {"delivery", "not_sent"}};
}

int complain(std::string_view message, int exit_code) {
  auto error = error_before_asking(code_of_exit(exit_code), message);
  if (exit_code != kBadInput)  // whatever has failed may have been at anything
    for (const auto* name : {"retryable", "spent", "delivery"}) error.erase(name);
  if (manner().json && exit_code != kOk) print_error({{"error", std::move(error)}});
  return complain_beside(message, exit_code);
}

int complain(const imagegen::Error& error, int exit_code) {
  if (manner().json) print_error({{"error", error_before_asking(to_string(error.code), error.message)}});
  return complain_beside(error.message, exit_code);
}

void note(std::string_view message) {
  if (manner().loudness != Loudness::quiet) say_on_stderr(message);
}

void detail(std::string_view message) {
  if (manner().loudness == Loudness::verbose) say_on_stderr(message);
}

}  // namespace cli
