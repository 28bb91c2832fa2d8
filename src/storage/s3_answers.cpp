#include "storage/s3_answers.hpp"

#include <imagegen/core/utf8.hpp>

#include "storage/xml_reader.hpp"

#include <algorithm>
#include <charconv>

namespace imagegen::detail {
namespace {

Error bad_list(std::string_view what) {
  return {Errc::bad_answer, "list: " + std::string(what)};
}

Result<ObjectInfo> parse_object(const XmlElement& contents) {
  ObjectInfo info;
  info.key = contents.text_of("Key");
  if (info.key.empty()) return bad_list("an object without a key");
  const auto size = contents.text_of("Size");
  const auto [stop, failed] = std::from_chars(size.data(), size.data() + size.size(), info.size_bytes);
  if (failed != std::errc() || stop != size.data() + size.size()) return bad_list("an object without a size");
  info.etag = bare_etag(contents.text_of("ETag"));
  return info;
}

bool is_error_code(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), allowed);
}

// A stray byte in the words of an error must not cost its code.
std::string with_valid_letters(std::string_view text) {
  constexpr std::string_view kUnknown = "\xEF\xBF\xBD";  // U+FFFD
  constexpr std::size_t kLongestLetter = 4;
  std::string out;
  while (!text.empty()) {
    std::size_t size = 1;
    while (size <= kLongestLetter && !is_valid_utf8(text.substr(0, size))) ++size;
    const bool is_letter = size <= kLongestLetter;
    out += is_letter ? text.substr(0, size) : kUnknown;
    text.remove_prefix(is_letter ? std::min(size, text.size()) : 1);
  }
  return out;
}

}  // namespace

std::string bare_etag(std::string_view etag) {
  if (etag.size() >= 2 && etag.starts_with('"') && etag.ends_with('"')) etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

Result<S3ListPage> parse_s3_list(std::string_view xml) {
  const auto root = parse_xml(xml);
  if (!root) return in_context(root.error(), "list");
  if (root->name != "ListBucketResult") return bad_list("expected a ListBucketResult");
  S3ListPage page;
  for (const auto& child : root->children) {
    if (child.name != "Contents") continue;
    auto object = parse_object(child);
    if (!object) return object.error();
    page.objects.push_back(std::move(*object));
  }
  if (root->text_of("IsTruncated") != "true") return page;
  page.continuation_token = root->text_of("NextContinuationToken");
  if (page.continuation_token.empty()) return bad_list("a page that is cut off, without the token of the next");
  return page;
}

S3ErrorBody parse_s3_error(std::string_view xml) {
  const auto root = parse_xml(is_valid_utf8(xml) ? std::string(xml) : with_valid_letters(xml));
  if (!root || root->name != "Error") return {};
  S3ErrorBody body;
  if (const auto code = root->text_of("Code"); is_error_code(code)) body.code = code;
  body.message = root->text_of("Message");
  return body;
}

}  // namespace imagegen::detail
