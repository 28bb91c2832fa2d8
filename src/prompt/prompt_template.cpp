#include <imagegen/core/shown_text.hpp>
#include <imagegen/core/utf8.hpp>
#include <imagegen/prompt/prompt_template.hpp>

#include <algorithm>
#include <optional>

namespace imagegen {
namespace {

Error wrong(std::string text) {
  return {Errc::invalid_argument, std::move(text)};
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20U || c == 0x7F;
}

std::string join(std::span<const std::string_view> names) {
  std::string text;
  for (const auto name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

}  // namespace

// One pass over the text; a part is open between '[' and ']'.
class PromptTemplate::Parser {
 public:
  Parser(std::string_view text, std::span<const std::string_view> names) : text_(text), names_(names) {}

  Result<PromptTemplate> run() {
    if (has_unseen(text_)) return wrong("template: expected " + std::string(kExpectedSeen) + ", got some");
    for (; at_ < text_.size(); ++at_) {
      if (const auto read = read_one(); !read) return in_context(read.error(), "template, byte " + std::to_string(at_));
    }
    if (part_.optional) return wrong("template: expected ']' before the end, got none");
    end_part(false);
    return std::move(result_);
  }

 private:
  Result<void> read_one() {
    const char c = text_[at_];
    if (std::string_view("{}[]").find(c) != std::string_view::npos) {
      if (text_.substr(at_ + 1, 1) == text_.substr(at_, 1)) return literal(text_[at_++]);
      return bracket(c);
    }
    return literal(c);
  }

  Result<void> bracket(char c) {
    if (c == '{') return placeholder();
    if (c == '[' && !part_.optional) return end_part(true);
    if (c == ']' && part_.optional) return end_part(false);
    return wrong(std::string("unmatched '") + c + "' (double it to mean the character)");
  }

  Result<void> placeholder() {
    const auto end = text_.find('}', at_);
    if (end == std::string_view::npos) return wrong("expected '}' after '{', got none");
    const auto name = text_.substr(at_ + 1, end - at_ - 1);
    if (std::find(names_.begin(), names_.end(), name) == names_.end()) {
      return wrong("unknown placeholder {" + shown(cut_utf8(name, 64)) + "}, expected one of " + join(names_));
    }
    part_.pieces.push_back({std::string(name), true});
    at_ = end;
    return {};
  }

  Result<void> literal(char c) {
    if (part_.pieces.empty() || part_.pieces.back().is_placeholder) part_.pieces.push_back({});
    part_.pieces.back().text += c;
    return {};
  }

  Result<void> end_part(bool next_is_optional) {
    if (!part_.pieces.empty()) result_.parts_.push_back(std::move(part_));
    part_ = Part{{}, next_is_optional};
    return {};
  }

  std::string_view text_;
  std::span<const std::string_view> names_;
  std::size_t at_ = 0;
  Part part_;
  PromptTemplate result_;
};

Result<PromptTemplate> PromptTemplate::parse(std::string_view text, std::span<const std::string_view> placeholders) {
  return Parser(text, placeholders).run();
}

Result<std::string> PromptTemplate::render(const PromptFields& fields) const {
  std::string text;
  for (const auto& part : parts_) {
    std::string rendered;
    bool complete = true;
    for (const auto& piece : part.pieces) {
      if (!piece.is_placeholder) {
        rendered += piece.text;
        continue;
      }
      const auto field = fields.find(piece.text);
      const auto value = field == fields.end() ? std::string_view{} : trimmed(field->second);
      if (std::any_of(value.begin(), value.end(), is_control) || has_unseen(value)) {
        return wrong(piece.text + ": expected one line of UTF-8 " + std::string(kExpectedSeen) + ", got some");
      }
      if (value.empty() && !part.optional) return wrong(piece.text + ": expected text, got nothing");
      complete = complete && !value.empty();
      rendered += value;
    }
    if (complete || !part.optional) text += rendered;
  }
  return tidy_prompt(text);
}

}  // namespace imagegen
