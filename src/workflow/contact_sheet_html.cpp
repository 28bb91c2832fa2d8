#include "workflow/contact_sheet_layout.hpp"

#include <imagegen/core/base64.hpp>
#include <imagegen/core/shown_text.hpp>

#include <algorithm>
#include <array>

namespace imagegen {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --back: #f1f0ec; --card: #fff; --text: #20222e; --quiet: #6b6d7c; --frame: #e4e3de;
  --badge: #9a5400; --unit: clamp(.45px, .06vw, 1px); }
@media (prefers-color-scheme: dark) {
  :root { --back: #17181d; --card: #22242c; --text: #ecedf2; --quiet: #a3a6b5; --frame: #343743; --badge: #ffb454; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1600px; padding: clamp(16px, 3vw, 48px); background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 28px; line-height: 1.25; }
h2 { margin: 0; font-size: 21px; display: flex; flex-wrap: wrap; gap: 0 14px; align-items: baseline; }
h2 span { font-weight: 400; color: var(--quiet); }
h2 .cost { margin-left: auto; font-size: 15px; }
.summary, figcaption span, .prompt { color: var(--quiet); }
.summary { margin: 4px 0 0; }
section { margin-top: 28px; padding: clamp(16px, 2vw, 28px); border-radius: 14px; background: var(--card);
  box-shadow: 0 1px 3px rgb(0 0 0 / .12); }
.crops { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 28px; margin-top: 20px; }
figure { margin: 0; max-width: 100%; }
.frame { display: block; width: calc(var(--w) * var(--unit)); max-width: 100%; aspect-ratio: var(--ratio);
  background: var(--frame); }
.frame img { display: block; width: 100%; height: 100%; }
a.frame:focus-visible, a.frame:hover { outline: 3px solid var(--badge); outline-offset: 3px; }
figcaption { margin-top: 10px; width: max(150px, calc(var(--w) * var(--unit))); max-width: 100%; font-size: 14px; }
figcaption b { display: block; font-size: 16px; }
figcaption span { display: block; }
figcaption em { font-style: normal; color: var(--badge); }
.prompt { margin: 20px 0 0; white-space: pre-wrap; }
)";

std::string_view entity_for(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

// Safe as text and inside a quoted attribute, and nothing in it that is not seen.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : shown_lines(text)) {
    const auto entity = entity_for(c);
    if (entity.empty())
      out += c;
    else
      out += entity;
  }
  return out;
}

// A "javascript:" in a store's public address must not become something to click on.
bool may_link(std::string_view url) {
  if (url.empty()) return false;
  const auto scheme_end = url.find_first_of(":/?#");
  if (scheme_end == std::string_view::npos || url[scheme_end] != ':') return true;
  std::string scheme(url.substr(0, scheme_end));
  std::ranges::transform(scheme, scheme.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return std::ranges::any_of(std::array{"http", "https", "file"},
                             [&](const char* allowed) { return scheme == allowed; });
}

void add_entry(std::string& html, const ContactSheetEntry& entry, detail::SheetScale scale) {
  const auto shown = detail::scaled(entry.size, scale);
  const auto name = escaped(entry.filename);
  const bool link = may_link(entry.url);
  html += "<figure style=\"--w: " + std::to_string(shown.width) + "; --ratio: " + std::to_string(entry.size.width) +
          " / " + std::to_string(entry.size.height) + "\">\n";
  html += link ? "<a class=\"frame\" href=\"" + escaped(entry.url) + "\">" : std::string("<div class=\"frame\">");
  if (!entry.thumbnail_jpeg.empty()) {
    html += "<img alt=\"" + name + "\" src=\"data:image/jpeg;base64," + to_base64(entry.thumbnail_jpeg) + "\">";
  }
  html += link ? "</a>\n" : "</div>\n";
  html += "<figcaption><b>" + escaped(entry.size_label) + "</b><span>" + to_string(entry.size) + " &middot; " +
          escaped(entry.format) + " &middot; <span style=\"display: inline\" title=\"" + std::to_string(entry.bytes) +
          " bytes\">" + detail::readable_bytes(entry.bytes) + "</span>" +
          (entry.upscaled ? " &middot; <em>upscaled</em>" : "") + "</span><span>" + name +
          "</span></figcaption>\n</figure>\n";
}

void add_shot(std::string& html, const ContactSheetShot& shot, detail::SheetScale scale) {
  html += "<section>\n<h2>" + escaped(shot.shot_id) + " <span>" + escaped(shot.card_title) + "</span>";
  if (!shot.cost.empty()) html += "<span class=\"cost\">" + escaped(shot.cost) + "</span>";
  html += "</h2>\n<div class=\"crops\">\n";
  for (const auto& entry : shot.entries) add_entry(html, entry, scale);
  html += "</div>\n";
  if (!shot.prompt.empty()) html += "<p class=\"prompt\">" + escaped(shot.prompt) + "</p>\n";
  html += "</section>\n";
}

}  // namespace

std::string contact_sheet_html(const ContactSheet& sheet) {
  const auto scale = detail::contact_sheet_scale(sheet);
  const auto title = escaped(sheet.title);
  std::string html =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
      "'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      title + "</title>\n<style>";
  html += kStyle;
  html += "</style>\n</head>\n<body>\n<h1>" + title + "</h1>\n<p class=\"summary\">" + detail::sheet_summary(sheet) +
          "</p>\n";
  for (const auto& shot : sheet.shots) add_shot(html, shot, scale);
  return html + "</body>\n</html>\n";
}

}  // namespace imagegen
