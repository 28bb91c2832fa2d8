#pragma once
#include "image/encoders.hpp"
#include "image/rendering.hpp"
#include "image/resampler.hpp"

/// \file The steps of an output, for masters that are held and for those that come by in bands.
namespace imagegen::detail {

/// Before pixels are known: with its border. `master` is turned as the spec asks for. Errors as render().
Result<FitPlan> untrimmed_plan(PixelSize master, const RenditionSpec& spec);

/// Whether the output is made of planes where its master has some: no mixing with another colour, and nothing after the
/// resize.
bool stays_planar(const RenditionSpec& spec, const FitPlan& plan);

/// How planes become those of an output.
struct PlanarAxes {
  ExactAxes bright, colour;
  SampleRange bright_range, colour_range;
};

/// \param bright, colour Sizes of the planes of the master; grey has no colour, and its axes mean nothing.
/// \param reduce         As of Master.
PlanarAxes planar_axes(const FitPlan& plan, const RenditionSpec& spec, PixelSize bright, PixelSize colour, int reduce);

/// The resized pixels of an output, or its planes.
struct ResizedRows {
  RowStreamPtr pixels;
  PlanarRows planes;
};

/// What comes after the resize, the encoder, and what is said about it. `notes` are those of the master.
Result<Rendition> finish_output(ResizedRows rows, const FitPlan& plan, const RenditionSpec& spec,
                                std::vector<std::string> notes, const Credits& credits, const Stop& stop);

}  // namespace imagegen::detail
