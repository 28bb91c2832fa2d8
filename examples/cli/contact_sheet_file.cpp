#include "contact_sheet_file.hpp"

#include <imagegen/image/encode.hpp>
#include <imagegen/workflow/heroes/hero_contact_sheet.hpp>

#include "files.hpp"

namespace cli {
namespace {

using imagegen::Result;

// A link that still works when the folder is moved: a file beside the page is named relative to it.
void make_relative(imagegen::ContactSheetEntry& entry, const std::filesystem::path& html_file) {
  constexpr std::string_view kFileScheme = "file://";
  if (!entry.url.starts_with(kFileScheme)) return;
  const auto folder = std::filesystem::absolute(html_file).parent_path();
  const auto target = std::filesystem::path(entry.url.substr(kFileScheme.size()));
  entry.url = target.lexically_relative(folder).generic_string();
}

}  // namespace

Result<void> write_contact_sheet(imagegen::Runtime& runtime, const imagegen::HeroResult& result,
                                 const std::filesystem::path& html_file) {
  auto png_file = html_file;
  png_file.replace_extension(".png");
  // A run that made nothing has nothing to add to a sheet, which knows more (prices, what was enlarged) of the run
  // before.
  if (result.generated.empty() && std::filesystem::exists(html_file) && std::filesystem::exists(png_file)) return {};
  auto sheet = runtime.wait(hero_contact_sheet(runtime.store(), runtime.pool(), result));
  if (!sheet) return sheet.error();
  for (auto& shot : sheet->shots)
    for (auto& entry : shot.entries) make_relative(entry, html_file);
  const auto html = contact_sheet_html(*sheet);
  const auto png = imagegen::encode_png(contact_sheet_picture(*sheet));
  if (!png) return png.error();
  if (const auto written = write_file(html_file, imagegen::as_bytes(html)); !written) return written.error();
  if (const auto written = write_file(png_file, *png); !written) return written.error();
  return {};
}

}  // namespace cli
