#pragma once
#include <boost/json/value.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace imagegen {

/// Makes the texts of a JSON document readable while it arrives: a code unit without its other half, a byte that is not
/// UTF-8 and a zero become U+FFFD, a control character becomes an escape, and a backslash before nothing known is
/// dropped. A document that is as it should be comes out byte for byte. So a stray byte in somebody's text costs that
/// letter, and not the picture beside it or the word that says what an error is.
class JsonMender {
 public:
  /// Takes the next bytes, borrowed for the call.
  using Out = std::function<void(std::string_view)>;

  /// Takes the next bytes, cut anywhere.
  void feed(std::string_view text, const Out& out);

 private:
  bool take_escaped(char c, const Out& out);
  bool take_encoded(char c, const Out& out);
  void take_unit(const Out& out);

  bool in_string_ = false;
  std::string escape_;   // from its backslash, and that of the other half of a pair
  std::string encoded_;  // of a letter outside ASCII
};

/// A whole document at once.
std::string mended_json(std::string_view text);

/// The document that a whole body begins with, mended, of at most 32 levels. A byte order mark before it is passed over,
/// and so is what stands behind it, such as half a chunk of a transfer that broke off.
std::optional<boost::json::value> parse_mended_json(std::string_view body);

}  // namespace imagegen
