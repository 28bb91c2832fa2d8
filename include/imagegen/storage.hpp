#pragma once
#include <imagegen/storage/object_store.hpp>
#include <imagegen/storage/store_probe.hpp>
#include <imagegen/storage/store_url.hpp>
#include <imagegen/storage/stores.hpp>
#include <imagegen/storage/write_once_store.hpp>
