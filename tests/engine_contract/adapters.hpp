#pragma once
#include <imagegen/asset/asset_store.hpp>
#include <imagegen/provider/image_provider.hpp>
#include <imagegen/storage/object_store.hpp>

#include <memory>

#include "engine_contract/language_runtime.hpp"

/// \file The parts of a runtime in some language, as C++ has them, so that their contract suites can be run on them.
namespace imagegen::test {

/// The error that a document of imagegen_error_json() tells of.
Error error_of(const boost::json::object& document);

std::unique_ptr<ObjectStore> adapt_store(LanguageRuntime& runtime);
/// \param clock What the deadlines are compared with.
std::unique_ptr<ImageProvider> adapt_provider(LanguageRuntime& runtime, Clock& clock);
std::unique_ptr<AssetStore> adapt_assets(LanguageRuntime& runtime);

}  // namespace imagegen::test
