#pragma once
#include <imagegen/draw/canvas.hpp>
#include <imagegen/draw/scene.hpp>
#include <imagegen/draw/shapes.hpp>
#include <imagegen/draw/text_layout.hpp>
