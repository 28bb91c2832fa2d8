#include "contact_sheet.hpp"

#include <string>

#include "files.hpp"

namespace cli {
namespace {

using imagegen::Errc;
using imagegen::Error;
using imagegen::Result;

// As it stands in an attribute of the page.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

std::string with_relative_links(std::string_view page, const std::filesystem::path& html_file) {
  constexpr std::string_view kFile = "\"file://";
  const std::filesystem::path folder = escaped(std::filesystem::absolute(html_file).parent_path().string());
  std::string out;
  for (auto at = page.find(kFile); at != std::string_view::npos; at = page.find(kFile)) {
    const auto from = at + kFile.size();
    const auto end = std::min(page.find('"', from), page.size());
    const std::filesystem::path target(page.substr(from, end - from));
    out.append(page.substr(0, at + 1)).append(target.lexically_relative(folder).generic_string());
    page.remove_prefix(end);
  }
  return out.append(page);
}

}  // namespace

Result<void> write_contact_sheet(std::span<const imagegen::SharedBytes> page_and_picture,
                                 const std::filesystem::path& html_file) {
  if (page_and_picture.size() != 2) return Error{Errc::storage_failed, "its files could not be read back"};
  auto png_file = html_file;
  png_file.replace_extension(".png");
  const auto html = with_relative_links(imagegen::as_text(page_and_picture[0].view()), html_file);
  if (const auto written = write_file(html_file, imagegen::as_bytes(html)); !written) return written.error();
  if (const auto written = write_file(png_file, page_and_picture[1].view()); !written) return written.error();
  return {};
}

}  // namespace cli
