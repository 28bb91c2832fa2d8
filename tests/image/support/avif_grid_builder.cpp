#include "image/support/avif_grid_builder.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace imagegen::test {
namespace {

void put(Bytes& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint32_t number_at(const Bytes& file, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8U | file.at(at + i);
  return value;
}

void append(Bytes& out, const Bytes& more) {
  out.insert(out.end(), more.begin(), more.end());
}

Bytes box(std::string_view name, const Bytes& body) {
  Bytes out;
  put(out, body.size() + 8, 4);
  out.insert(out.end(), name.begin(), name.end());
  append(out, body);
  return out;
}

Bytes full_box(std::string_view name, const Bytes& body, std::uint32_t version_and_flags = 0) {
  Bytes whole;
  put(whole, version_and_flags, 4);
  append(whole, body);
  return box(name, whole);
}

// The first box of a name, whole, wherever it stands.
Bytes found_box(const Bytes& file, std::string_view name) {
  const auto found = std::search(file.begin(), file.end(), name.begin(), name.end());
  if (found == file.end()) throw std::runtime_error("a tile has no " + std::string(name));
  const auto begin = static_cast<std::size_t>(found - file.begin()) - 4;
  const auto bytes = number_at(file, begin);
  return {file.begin() + static_cast<std::ptrdiff_t>(begin), file.begin() + static_cast<std::ptrdiff_t>(begin + bytes)};
}

Bytes coded_data(const Bytes& file) {
  Bytes data = found_box(file, "mdat");
  data.erase(data.begin(), data.begin() + 8);
  return data;
}

struct Item {
  int id;
  std::string_view kind;
  Bytes data;
  std::vector<int> properties;  // counted from 1
};

constexpr int kWhole = 1, kTile = 2, kConfiguration = 3, kColours = 4, kAlphaConfiguration = 5, kAlpha = 6;

Bytes size_property(PixelSize size) {
  Bytes body;
  put(body, static_cast<std::uint64_t>(size.width), 4);
  put(body, static_cast<std::uint64_t>(size.height), 4);
  return full_box("ispe", body);
}

Bytes properties(const AvifGridSpec& spec, PixelSize whole, const std::vector<Item>& items) {
  Bytes list = size_property(whole);
  append(list, size_property(spec.tile));
  append(list, found_box(spec.tiles.front(), "av1C"));
  append(list, found_box(spec.tiles.front(), "colr"));
  append(list, found_box(spec.tile_alpha.empty() ? spec.tiles.front() : spec.tile_alpha.front(), "av1C"));
  append(list, full_box("auxC", to_bytes(std::string_view("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", 44))));
  Bytes owners;
  put(owners, items.size(), 4);
  for (const Item& item : items) {
    put(owners, static_cast<std::uint64_t>(item.id), 2);
    put(owners, item.properties.size(), 1);
    for (const int property : item.properties) put(owners, static_cast<std::uint64_t>(property), 1);
  }
  Bytes both = box("ipco", list);
  append(both, full_box("ipma", owners));
  return box("iprp", both);
}

Bytes places(const std::vector<Item>& items, std::size_t data_at) {
  Bytes body;
  put(body, 0x4400, 2);
  put(body, items.size(), 2);
  for (const Item& item : items) {
    put(body, static_cast<std::uint64_t>(item.id), 2);
    put(body, 0, 2);
    put(body, 1, 2);
    put(body, data_at, 4);
    put(body, item.data.size(), 4);
    data_at += item.data.size();
  }
  return full_box("iloc", body);
}

Bytes kinds(const std::vector<Item>& items) {
  Bytes body;
  put(body, items.size(), 2);
  for (const Item& item : items) {
    Bytes entry;
    put(entry, static_cast<std::uint64_t>(item.id), 2);
    put(entry, 0, 2);
    entry.insert(entry.end(), item.kind.begin(), item.kind.end());
    put(entry, 0, 1);
    append(body, full_box("infe", entry, 0x0200'0000));
  }
  return full_box("iinf", body);
}

Bytes reference(std::string_view kind, int from, const std::vector<int>& to) {
  Bytes body;
  put(body, static_cast<std::uint64_t>(from), 2);
  put(body, to.size(), 2);
  for (const int id : to) put(body, static_cast<std::uint64_t>(id), 2);
  return box(kind, body);
}

Bytes references(const AvifGridSpec& spec) {
  const int count = static_cast<int>(spec.tiles.size());
  std::vector<int> tiles;
  for (int i = 0; i < count; ++i) tiles.push_back(spec.reversed ? 1 + count - i : 2 + i);
  Bytes body = reference("dimg", 1, tiles);
  for (int i = 0; i < static_cast<int>(spec.tile_alpha.size()); ++i) {
    append(body, reference("auxl", 2 + count + i, {tiles[static_cast<std::size_t>(i)]}));
  }
  return full_box("iref", body);
}

std::vector<Item> items_of(const AvifGridSpec& spec, PixelSize whole) {
  Bytes grid = {0, 0, 0, static_cast<std::uint8_t>(spec.tiles.size() - 1)};
  put(grid, static_cast<std::uint64_t>(whole.width), 2);
  put(grid, static_cast<std::uint64_t>(whole.height), 2);
  std::vector<Item> items = {{1, "grid", grid, {kWhole, kColours}}};
  const std::size_t count = spec.tiles.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes& file = spec.tiles[spec.reversed ? count - 1 - i : i];
    items.push_back({static_cast<int>(2 + i), "av01", coded_data(file), {kTile, kConfiguration, kColours}});
  }
  for (std::size_t i = 0; i < spec.tile_alpha.size(); ++i) {
    items.push_back({static_cast<int>(2 + count + i), "av01", coded_data(spec.tile_alpha[i]),
                     {kTile, kAlphaConfiguration, kAlpha}});
  }
  return items;
}

Bytes meta(const AvifGridSpec& spec, PixelSize whole, const std::vector<Item>& items, std::size_t data_at) {
  Bytes handler(4);
  append(handler, to_bytes("pict"));
  handler.resize(handler.size() + 13);
  Bytes body = full_box("hdlr", handler);
  append(body, full_box("pitm", {0, 1}));
  append(body, places(items, data_at));
  append(body, kinds(items));
  append(body, references(spec));
  append(body, properties(spec, whole, items));
  return full_box("meta", body);
}

}  // namespace

Bytes build_avif_grid(const AvifGridSpec& spec) {
  const PixelSize whole{spec.tile.width * static_cast<int>(spec.tiles.size()), spec.tile.height};
  const auto items = items_of(spec, whole);
  Bytes file = box("ftyp", to_bytes(std::string_view("avif\0\0\0\0avifmif1miaf", 20)));
  const std::size_t data_at = file.size() + meta(spec, whole, items, 0).size() + 8;
  append(file, meta(spec, whole, items, data_at));
  Bytes data;
  for (const Item& item : items) append(data, item.data);
  append(file, box("mdat", data));
  return file;
}

}  // namespace imagegen::test
