#include "completion.hpp"
#include "exit_code.hpp"
#include "help.hpp"

namespace cli {
namespace {

// As roff takes it: no dot or quote begins a line, backslashes are doubled, minus signs can be copied and searched for.
std::string in_roff(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '\\')
      out += "\\e";
    else if (letter == '-')
      out += "\\-";
    else
      out += letter;
  }
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string in_quotes_of_roff(std::string_view text) {
  std::string out;
  for (const char letter : in_roff(text)) out += letter == '"' ? std::string("\\(dq") : std::string(1, letter);
  return "\"" + out + "\"";
}

std::string entry_of_man_page(const OptionDescription& option) {
  return ".TP\n.B " + in_roff(label_of(option)) + "\n" + in_roff(told_of(option)) + "\n";
}

std::string section_of(const CommandDescription& command) {
  std::string text = ".SS " + in_quotes_of_roff(synopsis(command)) + "\n" + in_roff(command.summary) + ".\n";
  for (const auto& argument : command.arguments) text += entry_of_man_page(argument);
  for (const auto& option : command.options)
    if (!option.is_everywhere) text += entry_of_man_page(option);
  for (const auto& example : command.examples) text += ".PP\n.EX\n" + in_roff(example) + "\n.EE\n";
  return text;
}

}  // namespace

std::string man_page(const CommandDescription& program, const std::string& version) {
  std::string page = ".TH IMAGEGEN 1 \"\" " + in_quotes_of_roff("imagegen " + version) +
                     "\n.SH NAME\nimagegen \\- make pictures, cut them and keep account of them\n.SH SYNOPSIS\n.B "
                     "imagegen\nCOMMAND [OPTIONS]\n"
                     ".SH DESCRIPTION\n" +
                     in_roff(program.summary) + "\n.SH COMMANDS\n";
  for (const auto* command : with_all_below(program))
    if (command->path.size() > 0 && !command->needs_command) page += section_of(*command);
  page += ".SH OPTIONS OF EVERY COMMAND\n";
  for (const auto& option : program.options) page += entry_of_man_page(option);
  return page + ".SH EXIT STATUS\n" + in_roff(kExitCodeHelp) + "\n";
}

}  // namespace cli
