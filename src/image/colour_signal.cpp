#include "image/colour_signal.hpp"

#include <algorithm>
#include <cmath>

#include "image/hdr_tone.hpp"
#include "image/portable_math.hpp"

namespace imagegen::detail {
namespace {

constexpr Chromaticity kD65{0.3127, 0.3290};
constexpr Chromaticity kWhiteC{0.310, 0.316};
constexpr Primaries kBt709{{0.640, 0.330}, {0.300, 0.600}, {0.150, 0.060}, kD65};

struct NamedPrimaries {
  unsigned number;  // H.273, table 2
  const char* name;
  Primaries primaries;
};

constexpr NamedPrimaries kNamedPrimaries[] = {
    {1, "BT.709", kBt709},
    {4, "BT.470 M", {{0.67, 0.33}, {0.21, 0.71}, {0.14, 0.08}, kWhiteC}},
    {5, "BT.470 BG", {{0.64, 0.33}, {0.29, 0.60}, {0.15, 0.06}, kD65}},
    {6, "SMPTE 170M", {{0.630, 0.340}, {0.310, 0.595}, {0.155, 0.070}, kD65}},
    {7, "SMPTE 170M", {{0.630, 0.340}, {0.310, 0.595}, {0.155, 0.070}, kD65}},
    {8, "film", {{0.681, 0.319}, {0.243, 0.692}, {0.145, 0.049}, kWhiteC}},
    {9, "BT.2020", {{0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}, kD65}},
    {10, "CIE XYZ", {{1.0, 0.0}, {0.0, 1.0}, {0.0, 0.0}, {1.0 / 3, 1.0 / 3}}},
    {11, "DCI P3", {{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}, {0.314, 0.351}}},
    {12, "Display P3", {{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}, kD65}},
    {22, "EBU 3213", {{0.630, 0.340}, {0.295, 0.605}, {0.155, 0.077}, kD65}},
};

bool is_near(Chromaticity a, Chromaticity b) {
  constexpr double kRounded = 0.0015;  // some writers give three digits, others measure
  return std::abs(a.x - b.x) < kRounded && std::abs(a.y - b.y) < kRounded;
}

bool is_near(const Primaries& a, const Primaries& b) {
  return is_near(a.red, b.red) && is_near(a.green, b.green) && is_near(a.blue, b.blue) && is_near(a.white, b.white);
}

const char* primaries_name(const Primaries& primaries) {
  const auto* found = std::find_if(std::begin(kNamedPrimaries), std::end(kNamedPrimaries),
                                   [&](const NamedPrimaries& named) { return is_near(named.primaries, primaries); });
  return found == std::end(kNamedPrimaries) ? "own primaries" : found->name;
}

std::string gamma_name(double gamma) {
  if (gamma == 1.0) return "linear";
  const long hundredths = std::lround(gamma * 100);
  std::string text = "gamma " + std::to_string(hundredths / 100);
  if (hundredths % 100 != 0) text += "." + std::to_string(hundredths % 100 / 10);
  if (hundredths % 10 != 0) text += std::to_string(hundredths % 10);
  return text;
}

std::string curve_name(const ColourSignal& signal) {
  switch (signal.curve) {
    case TransferCurve::srgb:
      return "sRGB";
    case TransferCurve::power:
      return gamma_name(signal.gamma);
    case TransferCurve::bt709:
      return "BT.709";
    case TransferCurve::smpte240:
      return "SMPTE 240M";
    case TransferCurve::logarithm:
      return "logarithmic";
    case TransferCurve::smpte428:
      return "SMPTE 428-1";
    case TransferCurve::pq:
      return "PQ";
    case TransferCurve::hlg:
      return "HLG";
  }
  return "";
}

struct CurveNumber {
  TransferCurve curve;
  double gamma = 1.0;
};

// H.273, table 3. xvYCC and BT.1361 are BT.709 where samples are not negative.
std::optional<CurveNumber> curve_of_number(unsigned number) {
  switch (number) {
    case 1:
    case 6:
    case 11:
    case 12:
    case 14:
    case 15:
      return CurveNumber{TransferCurve::bt709};
    case 4:
      return CurveNumber{TransferCurve::power, 2.2};
    case 5:
      return CurveNumber{TransferCurve::power, 2.8};
    case 7:
      return CurveNumber{TransferCurve::smpte240};
    case 8:
      return CurveNumber{TransferCurve::power, 1.0};
    case 9:
      return CurveNumber{TransferCurve::logarithm, 2.0};
    case 10:
      return CurveNumber{TransferCurve::logarithm, 2.5};
    case 13:
      return CurveNumber{TransferCurve::srgb};
    case 16:
      return CurveNumber{TransferCurve::pq};
    case 17:
      return CurveNumber{TransferCurve::smpte428};
    case 18:
      return CurveNumber{TransferCurve::hlg};
    default:
      return std::nullopt;
  }
}

ColourMatrix product(const ColourMatrix& a, const ColourMatrix& b) {
  ColourMatrix out{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) out[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
  }
  return out;
}

std::array<double, 3> product(const ColourMatrix& a, const std::array<double, 3>& v) {
  std::array<double, 3> out{};
  for (std::size_t i = 0; i < 3; ++i) out[i] = a[i][0] * v[0] + a[i][1] * v[1] + a[i][2] * v[2];
  return out;
}

std::optional<ColourMatrix> inverse(const ColourMatrix& m) {
  const auto minor = [&m](std::size_t row, std::size_t column) {
    const std::size_t r0 = (row + 1) % 3, r1 = (row + 2) % 3, c0 = (column + 1) % 3, c1 = (column + 2) % 3;
    return m[r0][c0] * m[r1][c1] - m[r0][c1] * m[r1][c0];
  };
  const double determinant = m[0][0] * minor(0, 0) + m[0][1] * minor(0, 1) + m[0][2] * minor(0, 2);
  if (!(std::abs(determinant) > 1e-6)) return std::nullopt;
  ColourMatrix out{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) out[i][j] = minor(j, i) / determinant;
  }
  return out;
}

// XYZ of brightness 1.
std::array<double, 3> xyz_of(Chromaticity c) {
  return {c.x / c.y, 1.0, (1 - c.x - c.y) / c.y};
}

// RGB to XYZ: primaries so strong that together they are white of brightness 1.
std::optional<ColourMatrix> matrix_to_xyz(const Primaries& p) {
  if (p.white.y < 0.01) return std::nullopt;
  ColourMatrix columns{};
  const Chromaticity corners[] = {p.red, p.green, p.blue};
  for (std::size_t i = 0; i < 3; ++i) {
    columns[0][i] = corners[i].x;
    columns[1][i] = corners[i].y;
    columns[2][i] = 1 - corners[i].x - corners[i].y;
  }
  const auto back = inverse(columns);
  if (!back) return std::nullopt;
  const auto strengths = product(*back, xyz_of(p.white));
  for (std::size_t i = 0; i < 3; ++i) {
    if (!(strengths[i] > 0.0)) return std::nullopt;  // the white lies outside
    for (auto& row : columns) row[i] *= strengths[i];
  }
  return columns;
}

// Source: ICC.1:2022, annex E.
std::optional<ColourMatrix> white_to_d65(Chromaticity white) {
  constexpr ColourMatrix kBradford{{{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}};
  const auto from = product(kBradford, xyz_of(white));
  const auto to = product(kBradford, xyz_of(kD65));
  ColourMatrix scaled = kBradford;
  for (std::size_t i = 0; i < 3; ++i) {
    if (!(from[i] > 1e-3)) return std::nullopt;
    for (auto& value : scaled[i]) value *= to[i] / from[i];
  }
  return product(*inverse(kBradford), scaled);
}

double power(double x, double exponent) {
  return x <= 0.0 ? 0.0 : exp_of(std::max(exponent * log_of(x), -40.0));
}

Primaries primaries_of(const std::array<std::uint32_t, 8>& numbers) {
  const auto at = [&](std::size_t i) { return Chromaticity{numbers[i] / 100'000.0, numbers[i + 1] / 100'000.0}; };
  return {at(2), at(4), at(6), at(0)};
}

}  // namespace

bool ColourSignal::is_srgb() const noexcept {
  return curve == TransferCurve::srgb && full_range && is_near(primaries, kBt709);
}

std::string ColourSignal::name() const {
  const std::string range = full_range ? "" : ", narrow range";
  const std::string space = primaries_name(primaries);
  if (curve == TransferCurve::srgb) return (space == "BT.709" ? "sRGB" : space) + range;
  return space + ", " + curve_name(*this) + range;
}

std::optional<ColourSignal> signal_of_cicp(unsigned primaries, unsigned transfer, bool full_range) {
  const auto* found = std::find_if(std::begin(kNamedPrimaries), std::end(kNamedPrimaries),
                                   [&](const NamedPrimaries& named) { return named.number == primaries; });
  const auto curve = curve_of_number(transfer);
  if (found == std::end(kNamedPrimaries) || !curve) return std::nullopt;
  ColourSignal signal{found->primaries, curve->curve, curve->gamma, full_range};
  if (primaries == 1 && curve->curve == TransferCurve::bt709) signal.curve = TransferCurve::srgb;
  return signal;
}

std::optional<ColourSignal> signal_of_png(const PngColourChunks& chunks) {
  if (!chunks.gamma && !chunks.chromaticities) return std::nullopt;
  ColourSignal signal{kBt709};
  if (chunks.gamma) {
    constexpr std::uint32_t kLeast = 10'000, kMost = 1'000'000;
    if (*chunks.gamma < kLeast || *chunks.gamma > kMost) return std::nullopt;
    signal.curve = TransferCurve::power;
    signal.gamma = 100'000.0 / *chunks.gamma;
  }
  if (chunks.chromaticities) {
    const auto& numbers = *chunks.chromaticities;
    if (std::any_of(numbers.begin(), numbers.end(), [](std::uint32_t number) { return number > 200'000; })) {
      return std::nullopt;
    }
    signal.primaries = primaries_of(numbers);
    if (!matrix_to_srgb(signal.primaries)) return std::nullopt;
  }
  return signal;
}

std::optional<ColourMatrix> matrix_to_srgb(const Primaries& primaries) {
  const auto to_xyz = matrix_to_xyz(primaries);
  const auto from_xyz = inverse(*matrix_to_xyz(kBt709));
  if (!to_xyz || !from_xyz) return std::nullopt;
  const auto adapted = white_to_d65(primaries.white);
  if (!adapted) return std::nullopt;
  return product(*from_xyz, product(*adapted, *to_xyz));
}

double light_of(const ColourSignal& signal, double v) {
  v = std::clamp(v, 0.0, 1.0);
  switch (signal.curve) {
    case TransferCurve::srgb:
      return v <= 0.04045 ? v / 12.92 : power((v + 0.055) / 1.055, 2.4);
    case TransferCurve::power:
      return signal.gamma == 1.0 ? v : power(v, signal.gamma);
    case TransferCurve::bt709:
      return v < 0.081242858 ? v / 4.5 : power((v + 0.099296826809) / 1.099296826809, 1 / 0.45);
    case TransferCurve::smpte240:
      return v < 0.0912 ? v / 4.0 : power((v + 0.1115) / 1.1115, 1 / 0.45);
    case TransferCurve::logarithm:
      return v <= 0.0 ? 0.0 : power(10.0, signal.gamma * (v - 1));
    case TransferCurve::smpte428:
      return std::min(power(v, 2.6) * 52.37 / 48.0, 1.0);
    case TransferCurve::pq:
      return pq_light(v) / kReferenceWhite;
    case TransferCurve::hlg:
      return hlg_scene_light(v);
  }
  return v;
}

}  // namespace imagegen::detail
