#include "image/avif_boxes.hpp"

#include <algorithm>

#include "image/box_reader.hpp"

namespace imagegen::detail {
namespace {

bool is_alpha_name(ByteView text) {
  const auto end = std::find(text.begin(), text.end(), std::uint8_t{0});
  const auto name = as_text(text.first(static_cast<std::size_t>(end - text.begin())));
  return name == "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha" || name == "urn:mpeg:hevc:2015:auxid:1";
}

constexpr std::size_t kVersionAndFlags = 4;

class MetaReader {
 public:
  MetaReader(ByteView file, AvifBoxes& out) : file_(file), out_(out) {}

  void read(ByteView meta) {
    find_data(meta);
    BoxReader body(meta);
    body.take(kVersionAndFlags);
    ByteView rest = body.rest();
    while (const auto box = next_box(rest)) read_box(*box);
  }

 private:
  // Places may point into it before it comes.
  void find_data(ByteView meta) {
    BoxReader body(meta);
    body.take(kVersionAndFlags);
    ByteView rest = body.rest();
    while (const auto box = next_box(rest)) {
      if (box->name == box_name("idat")) idat_ = box->body;
    }
  }

  void read_box(const Box& box) {
    if (box.name == box_name("pitm")) read_primary(BoxReader(box.body));
    if (box.name == box_name("iloc")) read_places(BoxReader(box.body));
    if (box.name == box_name("iinf")) read_kinds(BoxReader(box.body));
    if (box.name == box_name("iref")) read_references(BoxReader(box.body));
    if (box.name == box_name("iprp")) read_properties(box.body);
  }

  AvifItem& item(std::uint32_t id) {
    const auto [found, is_new] = out_.places.try_emplace(id, out_.items.size());
    if (is_new) out_.items.push_back({id, 0, false, {}});
    return out_.items[found->second];
  }

  void read_primary(BoxReader box) {
    const auto version = box.u8();
    box.take(3);
    out_.primary = version == 0 ? box.u16() : box.u32();
  }

  void read_places(BoxReader box) {
    const auto version = box.u8();
    box.take(3);
    const std::uint32_t sizes = box.u16();
    const std::size_t offset_bytes = sizes >> 12U, length_bytes = sizes >> 8U & 15U, base_bytes = sizes >> 4U & 15U;
    const std::size_t index_bytes = version == 0 ? 0 : sizes & 15U;
    const std::uint32_t count = version < 2 ? box.u16() : box.u32();
    for (std::uint32_t i = 0; i < count && box.ok(); ++i) {
      const std::uint32_t id = version < 2 ? box.u16() : box.u32();
      const std::uint32_t method = version == 0 ? 0 : box.u16() & 15U;
      box.u16();  // the file that holds the data, which is this one
      const std::uint64_t base = box.number(base_bytes);
      const std::uint32_t pieces = box.u16();
      if (!box.ok()) return;
      AvifItem& of = item(id);
      for (std::uint32_t piece = 0; piece < pieces && box.ok(); ++piece) {
        box.number(index_bytes);
        const std::uint64_t offset = base + box.number(offset_bytes);
        add_piece(of, method, offset, box.number(length_bytes));
        if (offset_bytes + length_bytes == 0) break;  // all alike
      }
    }
  }

  void add_piece(AvifItem& of, std::uint32_t method, std::uint64_t offset, std::uint64_t length) const {
    const ByteView source = method == 1 ? idat_ : file_;
    if (method > 1 || offset > source.size() || length > source.size() - offset) return;
    const auto rest = source.subspan(static_cast<std::size_t>(offset));
    of.data.push_back(length == 0 ? rest : rest.first(static_cast<std::size_t>(length)));
  }

  void read_kinds(BoxReader box) {
    const auto version = box.u8();
    box.take(3);
    box.number(version == 0 ? 2 : 4);  // how many
    ByteView rest = box.rest();
    while (const auto entry = next_box(rest)) {
      BoxReader body(entry->body);
      const auto entry_version = body.u8();
      body.take(3);
      const std::uint32_t id = entry_version < 3 ? body.u16() : body.u32();
      body.u16();  // protection
      const std::uint32_t kind = body.u32();
      if (entry->name == box_name("infe") && entry_version >= 2 && body.ok()) item(id).kind = kind;
    }
  }

  void read_references(BoxReader box) {
    const std::size_t id_bytes = box.u8() == 0 ? 2 : 4;
    box.take(3);
    ByteView rest = box.rest();
    while (const auto entry = next_box(rest)) {
      BoxReader body(entry->body);
      AvifReference reference{entry->name, static_cast<std::uint32_t>(body.number(id_bytes)), {}};
      const std::uint32_t count = body.u16();
      item(reference.from);
      for (std::uint32_t i = 0; i < count && body.ok(); ++i) {
        const auto to = static_cast<std::uint32_t>(body.number(id_bytes));
        if (body.ok()) reference.to.push_back(to);
        if (body.ok() && reference.kind == box_name("dimg")) item(to);
      }
      out_.references.push_back(std::move(reference));
    }
  }

  void read_properties(ByteView body) {
    std::vector<bool> is_alpha;  // of the properties, which are counted from 1
    ByteView rest = body;
    while (const auto box = next_box(rest)) {
      if (box->name == box_name("ipco")) {
        ByteView properties = box->body;
        while (const auto property = next_box(properties)) {
          const bool aux = property->name == box_name("auxC") && property->body.size() > kVersionAndFlags;
          is_alpha.push_back(aux && is_alpha_name(property->body.subspan(kVersionAndFlags)));
        }
      }
      if (box->name == box_name("ipma")) read_associations(BoxReader(box->body), is_alpha);
    }
  }

  void read_associations(BoxReader box, const std::vector<bool>& is_alpha) {
    const auto version = box.u8();
    const bool wide = (box.number(3) & 1U) != 0;
    const std::uint32_t count = box.u32();
    for (std::uint32_t i = 0; i < count && box.ok(); ++i) {
      const std::uint32_t id = version == 0 ? box.u16() : box.u32();
      const std::uint32_t properties = box.u8();
      if (!box.ok()) return;
      AvifItem& of = item(id);
      for (std::uint32_t n = 0; n < properties && box.ok(); ++n) {
        const std::size_t index = wide ? box.u16() & 0x7FFFU : box.u8() & 0x7FU;
        if (index > 0 && index <= is_alpha.size() && is_alpha[index - 1]) of.is_alpha = true;
      }
    }
  }

  ByteView file_;
  ByteView idat_;
  AvifBoxes& out_;
};

std::optional<ByteView> child(ByteView body, std::uint32_t name) {
  while (const auto box = next_box(body)) {
    if (box->name == name) return box->body;
  }
  return std::nullopt;
}

ByteView inside(ByteView body, std::initializer_list<std::uint32_t> path) {
  for (const std::uint32_t name : path) {
    const auto found = child(body, name);
    if (!found) return {};
    body = *found;
  }
  return body;
}

std::uint32_t track_id(ByteView header) {
  BoxReader box(header);
  const auto version = box.u8();
  box.take(version == 1 ? 3 + 16 : 3 + 8);  // flags, and when it was made and changed
  return box.u32();
}

// The first entry of the sample descriptions: 78 bytes of video, then boxes.
void read_track_kind(ByteView descriptions, AvifTrack& track) {
  BoxReader box(descriptions);
  box.take(8);
  ByteView rest = box.rest();
  const auto entry = next_box(rest);
  constexpr std::size_t kVideoBytes = 78;
  if (!entry || entry->body.size() < kVideoBytes) return;
  const auto kind = child(entry->body.subspan(kVideoBytes), box_name("auxi"));
  if (!kind || kind->size() < kVersionAndFlags) return;
  track.says_kind = true;
  track.is_alpha = is_alpha_name(kind->subspan(kVersionAndFlags));
}

ByteView first_sample(ByteView file, ByteView table) {
  const auto wide = child(table, box_name("co64"));
  const auto narrow = child(table, box_name("stco"));
  const auto sizes = child(table, box_name("stsz"));
  if ((!wide && !narrow) || !sizes) return {};
  BoxReader places(wide ? *wide : *narrow);
  places.take(8);
  const std::uint64_t offset = places.number(wide ? 8 : 4);
  BoxReader lengths(*sizes);
  lengths.take(4);
  std::uint64_t length = lengths.u32();
  lengths.u32();
  if (length == 0) length = lengths.u32();
  if (!places.ok() || !lengths.ok() || offset > file.size() || length > file.size() - offset) return {};
  return file.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
}

AvifTrack read_track(ByteView file, ByteView body) {
  AvifTrack track;
  track.id = track_id(inside(body, {box_name("tkhd")}));
  BoxReader reference(inside(body, {box_name("tref"), box_name("auxl")}));
  track.auxiliary_for = reference.u32();
  const ByteView table = inside(body, {box_name("mdia"), box_name("minf"), box_name("stbl")});
  read_track_kind(inside(table, {box_name("stsd")}), track);
  track.first_sample = first_sample(file, table);
  return track;
}

}  // namespace

const AvifItem* AvifBoxes::item(std::uint32_t id) const noexcept {
  const auto found = places.find(id);
  return found == places.end() ? nullptr : &items[found->second];
}

AvifBoxes read_avif_boxes(ByteView file) {
  AvifBoxes boxes;
  MetaReader meta(file, boxes);
  ByteView rest = file;
  while (const auto box = next_box(rest)) {
    if (box->name == box_name("ftyp")) boxes.brand = BoxReader(box->body).u32();
    if (box->name == box_name("meta")) meta.read(box->body);
    if (box->name != box_name("moov")) continue;
    ByteView tracks = box->body;
    while (const auto track = next_box(tracks)) {
      if (track->name == box_name("trak")) boxes.tracks.push_back(read_track(file, track->body));
    }
  }
  return boxes;
}

}  // namespace imagegen::detail
