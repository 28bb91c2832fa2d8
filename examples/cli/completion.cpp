#include "completion.hpp"

namespace cli {
namespace {

using Names = OptionFacts::Names;

std::string joined(const std::vector<std::string>& words, const char* between = " ") {
  std::string line;
  for (const auto& word : words) line += (line.empty() ? "" : between) + word;
  return line;
}

std::vector<std::string> names_of_commands(const CommandDescription& command) {
  std::vector<std::string> names;
  for (const auto& below : command.commands) names.push_back(below.name);
  return names;
}

std::vector<std::string> names_of_options(const CommandDescription& command) {
  std::vector<std::string> names;
  for (const auto& option : command.options) names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

std::vector<std::string> words_of_arguments(const CommandDescription& command) {
  auto words = names_of_commands(command);
  for (const auto& argument : command.arguments)
    words.insert(words.end(), argument.facts.words.begin(), argument.facts.words.end());
  return words;
}

bool takes_files(const CommandDescription& command) {
  for (const auto& argument : command.arguments)
    if (argument.facts.names == Names::file || argument.facts.names == Names::folder) return true;
  return false;
}

// ' jobs') path='jobs';;
std::string path_cases(const CommandDescription& program) {
  std::string cases;
  for (const auto* command : with_all_below(program)) {
    if (command->path.empty()) continue;
    const auto space = command->path.rfind(' ');
    const auto key = space == std::string::npos ? " " + command->path : command->path;
    cases += "      '" + key + "') at='" + command->path + "';;\n";
  }
  return cases;
}

// 'render:--fit') what follows it
template <class Offer>
std::string value_cases(const CommandDescription& program, Offer offer) {
  std::string cases;
  for (const auto* command : with_all_below(program))
    for (const auto& option : command->options) {
      if (option.value.empty()) continue;
      std::string patterns;
      for (const auto& name : option.names)
        patterns += (patterns.empty() ? "'" : "|'") + command->path + ":" + name + "'";
      cases += "    " + patterns + ") " + offer(option.facts) + " return;;\n";
    }
  return cases;
}

std::string offered_by_bash(const OptionFacts& facts) {
  if (!facts.words.empty()) return "mapfile -t COMPREPLY < <(compgen -W '" + joined(facts.words) + "' -- \"$cur\");";
  if (facts.names == Names::file) return "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\");";
  if (facts.names == Names::folder) return "mapfile -t COMPREPLY < <(compgen -d -- \"$cur\");";
  return "";
}

std::string offered_by_zsh(const OptionFacts& facts) {
  if (!facts.words.empty()) return "compadd -- " + joined(facts.words) + ";";
  if (facts.names == Names::file) return "_files;";
  if (facts.names == Names::folder) return "_files -/;";
  return "";
}

// In single quotes of a shell.
std::string in_single_quotes(std::string_view text) {
  std::string quoted = "'";
  for (const char letter : text) quoted += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return quoted + "'";
}

// A name and its text, as zsh's _describe takes it: colons apart.
std::string described_word(const std::string& name, const std::string& what) {
  std::string text;
  for (const char letter : name) text += letter == ':' ? std::string("\\:") : std::string(1, letter);
  return in_single_quotes(text + ":" + what);
}

std::string of_one_line(std::string text) {
  for (char& letter : text)
    if (letter == '\n') letter = ' ';
  return text;
}

std::string zsh_case(const CommandDescription& command) {
  std::string options, words;
  for (const auto& option : command.options)
    for (const auto& name : option.names) options += " " + described_word(name, of_one_line(option.what));
  for (const auto& below : command.commands) words += " " + described_word(below.name, below.summary);
  for (const auto& argument : command.arguments)
    for (const auto& word : argument.facts.words) words += " " + described_word(word, "");
  std::string text = "    '" + command.path + "')\n      options=(" + options + ")\n      words_here=(" + words + ")\n";
  if (takes_files(command)) text += "      files=1\n";
  return text + "      ;;\n";
}

std::string fish_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char letter : text)
    quoted += letter == '\'' || letter == '\\' ? std::string("\\") + letter : std::string(1, letter);
  return quoted + "'";
}

std::string fish_option(const std::string& at, const OptionDescription& option) {
  std::string line = at;
  for (const auto& name : option.names)
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  line += " -d " + fish_quoted(of_one_line(option.what));
  if (option.value.empty()) return line + "\n";
  if (!option.facts.words.empty()) return line + " -x -a " + fish_quoted(joined(option.facts.words)) + "\n";
  return line + (option.facts.names == Names::nothing ? " -x\n" : " -r -F\n");
}

std::string fish_lines(const CommandDescription& command) {
  const auto at = "complete -c imagegen -n " + fish_quoted("__imagegen_at " + in_single_quotes(command.path));
  std::string lines;
  if (takes_files(command)) lines += at + " -F\n";
  for (const auto& below : command.commands)
    lines += at + " -a " + below.name + " -d " + fish_quoted(below.summary) + "\n";
  for (const auto& argument : command.arguments)
    if (!argument.facts.words.empty()) lines += at + " -a " + fish_quoted(joined(argument.facts.words)) + "\n";
  for (const auto& option : command.options) lines += fish_option(at, option);
  return lines;
}

}  // namespace

std::string bash_completion(const CommandDescription& program) {
  std::string script =
      "# bash completion of imagegen, written by `imagegen completion bash`\n"
      "_imagegen() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at='' i\n"
      "  COMPREPLY=()\n"
      "  [[ $cur == = ]] && cur=''\n"  // --fit=inside is three words to bash
      "  [[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD-2]}\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case \"$at ${COMP_WORDS[i]}\" in\n" +
      path_cases(program) + "    esac\n  done\n  case \"$at:$prev\" in\n" + value_cases(program, offered_by_bash) +
      "  esac\n  case \"$at\" in\n";
  for (const auto* command : with_all_below(program)) {
    script += "    '" + command->path +
              "')\n      if [[ $cur == -* ]]; then\n        mapfile -t COMPREPLY < <(compgen -W '" +
              joined(names_of_options(*command)) +
              "' -- \"$cur\")\n      else\n        mapfile -t COMPREPLY < <(compgen -W '" +
              joined(words_of_arguments(*command)) + "' -- \"$cur\"" +
              (takes_files(*command) ? "; compgen -f -- \"$cur\"" : "") + ")\n      fi\n      ;;\n";
  }
  return script + "  esac\n}\ncomplete -o filenames -F _imagegen imagegen\n";
}

std::string zsh_completion(const CommandDescription& program) {
  std::string script =
      "#compdef imagegen\n"
      "# zsh completion of imagegen, written by `imagegen completion zsh`\n"
      "_imagegen() {\n"
      "  local at='' i files=0\n"
      "  local -a options words_here\n"
      "  for ((i = 2; i < CURRENT; i++)); do\n"
      "    case \"$at ${words[i]}\" in\n" +
      path_cases(program) + "    esac\n  done\n  case \"$at:${words[CURRENT-1]}\" in\n" +
      value_cases(program, offered_by_zsh) + "  esac\n  case \"$at\" in\n";
  for (const auto* command : with_all_below(program)) script += zsh_case(*command);
  return script +
         "  esac\n"
         "  if [[ $PREFIX == -* ]]; then\n"
         "    _describe option options\n"
         "    return\n"
         "  fi\n"
         "  (( ${#words_here} )) && _describe command words_here\n"
         "  (( files )) && _files\n"
         "}\n"
         "if [ \"$funcstack[1]\" = _imagegen ]; then _imagegen \"$@\"; else compdef _imagegen imagegen; fi\n";
}

std::string fish_completion(const CommandDescription& program) {
  std::string script =
      "# fish completion of imagegen, written by `imagegen completion fish`\n"
      "function __imagegen_at\n"
      "  set -l at ''\n"
      "  set -l typed (commandline -opc)\n"
      "  for word in $typed[2..-1]\n"
      "    switch \"$at $word\"\n";
  for (const auto* command : with_all_below(program)) {
    if (command->path.empty()) continue;
    const bool is_below = command->path.find(' ') != std::string::npos;
    script += "      case '" + std::string(is_below ? "" : " ") + command->path + "'\n        set at '" +
              command->path + "'\n";
  }
  script +=
      "    end\n"
      "  end\n"
      "  test \"$at\" = \"$argv[1]\"\n"
      "end\n"
      "complete -c imagegen -f\n";
  for (const auto* command : with_all_below(program)) script += fish_lines(*command);
  return script;
}

}  // namespace cli
