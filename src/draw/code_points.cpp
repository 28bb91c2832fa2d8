#include "draw/code_points.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace imagegen::detail {
namespace {

constexpr std::string_view kBox = "\x7f";

// U+00A0 to U+017F, a slot of two characters each; a dot ends a slot early, "##" is a box.
constexpr std::string_view kLatin =
    " .!.c.######|.##\".##a.<<##-.##-."
    "##+-2.3.'.u.##..,.1.o.>>########"  // U+00A0: signs
    "A.A.A.A.A.A.AEC.E.E.E.E.I.I.I.I."
    "D.N.O.O.O.O.O.x.O.U.U.U.U.Y.Thss"  // U+00C0: capitals
    "a.a.a.a.a.a.aec.e.e.e.e.i.i.i.i."
    "d.n.o.o.o.o.o./.o.u.u.u.u.y.thy."  // U+00E0: small letters
    "A.a.A.a.A.a.C.c.C.c.C.c.C.c.D.d."
    "D.d.E.e.E.e.E.e.E.e.E.e.G.g.G.g."  // U+0100
    "G.g.G.g.H.h.H.h.I.i.I.i.I.i.I.i."
    "I.i.IJijJ.j.K.k.q.L.l.L.l.L.l.L."  // U+0120
    "l.L.l.N.n.N.n.N.n.n.NgngO.o.O.o."
    "O.o.OEoeR.r.R.r.R.r.S.s.S.s.S.s."  // U+0140
    "S.s.T.t.T.t.T.t.U.u.U.u.U.u.U.u."
    "U.u.U.u.W.w.Y.y.Y.Z.z.Z.z.Z.z.s.";  // U+0160
constexpr char32_t kLatinFirst = 0xA0;
constexpr char32_t kLatinEnd = 0x180;
static_assert(kLatin.size() == 2 * (kLatinEnd - kLatinFirst));

struct Replacement {
  char32_t code_point;
  std::string_view ascii;
};
constexpr std::array kReplacements = std::to_array<Replacement>({
    {0xA3, "GBP"},  {0xA5, "JPY"},   {0xA9, "(c)"}, {0xAE, "(r)"}, {0xB0, "deg"},   {0xBC, "1/4"},   {0xBD, "1/2"},
    {0xBE, "3/4"},  {0x2010, "-"},   {0x2011, "-"}, {0x2012, "-"}, {0x2013, "-"},   {0x2014, "-"},   {0x2015, "-"},
    {0x2018, "'"},  {0x2019, "'"},   {0x201A, ","}, {0x201B, "'"}, {0x201C, "\""},  {0x201D, "\""},  {0x201E, "\""},
    {0x2022, "*"},  {0x2026, "..."}, {0x2028, " "}, {0x2029, " "}, {0x202F, " "},   {0x2032, "'"},   {0x2033, "\""},
    {0x2039, "<"},  {0x203A, ">"},   {0x2044, "/"}, {0x205F, " "}, {0x20AC, "EUR"}, {0x2116, "No."}, {0x2122, "TM"},
    {0x2190, "<-"}, {0x2192, "->"},  {0x2212, "-"}, {0x2215, "/"}, {0x2248, "~"},   {0x2260, "!="},  {0x2264, "<="},
    {0x2265, ">="}, {0x3000, " "},
});

constexpr char kAscii[] =
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

bool leaves_no_trace(char32_t c) {  // joiners, direction marks, combining accents, variation selectors
  return c == 0xAD || (c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x2064) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF;
}

std::string_view latin(char32_t c) {
  const auto slot = kLatin.substr(2 * (c - kLatinFirst), 2);
  if (slot == "##") return kBox;
  return slot[1] == '.' ? slot.substr(0, 1) : slot;
}

std::size_t sequence_length(std::uint8_t first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  if (first >= 0xF0 && first < 0xF5) return 4;
  return 0;
}

bool is_scalar(char32_t value, std::size_t length) {
  constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  return value >= kSmallest[length] && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

}  // namespace

CodePoint first_code_point(std::string_view utf8) noexcept {
  const auto first = static_cast<std::uint8_t>(utf8.front());
  const std::size_t length = sequence_length(first);
  if (length == 1) return {first, 1};
  if (length == 0 || length > utf8.size()) return {kNotUtf8, 1};
  char32_t value = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<std::uint8_t>(utf8[i]);
    if ((next & 0xC0U) != 0x80U) return {kNotUtf8, 1};
    value = (value << 6U) | (next & 0x3FU);
  }
  if (!is_scalar(value, length)) return {kNotUtf8, 1};
  return {value, length};
}

std::string_view ascii_for(char32_t c) noexcept {
  if (c >= 0x20 && c < 0x7F) return {kAscii + (c - 0x20), 1};
  if (leaves_no_trace(c)) return {};
  if (c < kLatinFirst || (c >= 0x2000 && c <= 0x200A)) return " ";
  const auto found =
      std::lower_bound(kReplacements.begin(), kReplacements.end(), c,
                       [](const Replacement& entry, char32_t wanted) { return entry.code_point < wanted; });
  if (found != kReplacements.end() && found->code_point == c) return found->ascii;
  return c < kLatinEnd ? latin(c) : kBox;
}

}  // namespace imagegen::detail
