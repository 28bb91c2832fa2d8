#include <iterator>
#include <span>

#include "command_description.hpp"

namespace cli {
namespace {

struct Example {
  std::string_view path, line;
};

constexpr Example kExamples[] = {
    {"", "imagegen init && imagegen heroes pack.json --dry-run"},
    {"", "imagegen render in.png --size 1920x800 -o wide.webp"},
    {"init", "imagegen init my-pack && imagegen heroes my-pack/pack.json --dry-run"},
    {"heroes", "imagegen heroes pack.json --dry-run"},
    {"heroes", "imagegen heroes pack.json --provider openai --budget 2 --store s3://bucket/prefix"},
    {"render", "imagegen render in.png --size 1920x800 -o wide.webp --size 800x1000 --position north -o tall.jpg"},
    {"render", "imagegen render - --size 300x200 --format png -o - < in.png > out.png"},
    {"render", "imagegen render in.png --size 800x --overlay logo.png --overlay-scale 0.2 --copyright \"Ada\" -o out.avif"},
    {"inspect", "imagegen inspect *.webp"},
    {"inspect", "curl -s https://example.com/a.png | imagegen inspect -"},
    {"mask prepare", "imagegen mask prepare mask.jpg --grow 8 --feather 16 -o mask.png"},
    {"doctor", "imagegen doctor --provider openai"},
    {"prompt enhance", "imagegen prompt enhance --intent \"hero image\" \"a red boat\""},
    {"prompt execute", "imagegen prompt execute --intent \"hero image\" \"A red boat on a lake.\" --count 3"},
    {"jobs list", "imagegen jobs list --job-state failed"},
    {"jobs show", "imagegen jobs show JOB"},
    {"jobs watch", "imagegen jobs watch --all"},
    {"jobs retry", "imagegen jobs retry JOB"},
    {"jobs cancel", "imagegen jobs cancel JOB"},
    {"worker", "imagegen worker --until-idle --budget-day 5"},
    {"spend", "imagegen spend --by model"},
    {"spend", "imagegen spend --csv > spend.csv"},
    {"spend settle", "imagegen spend settle PURCHASE --actual 0.042 --note \"on the bill of May\""},
    {"prices", "imagegen prices --provider openai --model gpt-image-2"},
    {"audit", "imagegen audit JOB"},
    {"replay", "imagegen replay JOB"},
    {"state copy", "imagegen state copy sqlite:imagegen.db postgres://localhost/imagegen"},
    {"erase", "imagegen erase user-17 --dry-run"},
    {"operations", "imagegen operations --json"},
    {"completion", "imagegen completion bash > ~/.local/share/bash-completion/completions/imagegen"},
    {"man", "imagegen man > imagegen.1 && man ./imagegen.1"},
};

}  // namespace

std::vector<std::string> examples_of(std::string_view path) {
  std::vector<std::string> lines;
  for (const auto& example : kExamples)
    if (example.path == path) lines.emplace_back(example.line);
  return lines;
}

}  // namespace cli
