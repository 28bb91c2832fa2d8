#pragma once
#include <cstddef>
#include <string>
#include <string_view>

/// \file Text that somebody else wrote, where people read it: in messages, tables and CSV. A terminal obeys control
/// characters, and marks of direction let a text look other than it is.
namespace imagegen {

/// `text` on one line, with nothing in it that is not seen. C0, DEL and C1 controls, the marks of direction (Unicode's
/// Bidi_Control), line and paragraph separators and tag characters become "\u{202E}" (or "\n", "\r", "\t"), bytes that
/// are no UTF-8 "\x9B". Text without them comes out as it is, and so does what came out of here.
std::string shown(std::string_view text);

/// The same, but line feeds and tabs stay: for a text of several lines.
std::string shown_lines(std::string_view text);

/// The shown() beginning of `text` in double quotes, and "..." inside them where more than `most` bytes were given: what
/// came, for a message.
std::string in_quotes(std::string_view text, std::size_t most = 100);

/// Whether people who approve `text` would approve something they do not see: a control character other than line
/// ends (LF, CR LF) and tabs, a mark of direction, a tag character, or bytes that are no UTF-8.
bool has_unseen(std::string_view text) noexcept;

/// What to say of has_unseen(): "text without control characters, marks of text direction or Unicode tags".
inline constexpr std::string_view kExpectedSeen =
    "text without control characters, marks of text direction or Unicode tags";

}  // namespace imagegen
