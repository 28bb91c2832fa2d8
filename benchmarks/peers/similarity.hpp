#pragma once
#include "peers/picture.hpp"

namespace peers {

/// Peak signal-to-noise ratio over all samples of R, G and B, in dB with a peak of 255; infinite for equal pictures.
/// Both must have one size.
double psnr(const Picture& a, const Picture& b);

/// Mean structural similarity of the luma (0.299 R + 0.587 G + 0.114 B), at most 1, which equal pictures have.
///
/// Window: Gaussian, 11x11, sigma 1.5, only where it lies inside the picture; K1 = 0.01, K2 = 0.03, L = 255; at the
/// pictures' own scale. Both must have one size, of at least 11x11.
/// Source: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to structural
/// similarity", IEEE Transactions on Image Processing 13 (4), 2004, section III.B and III.C.
double ssim(const Picture& a, const Picture& b);

}  // namespace peers
