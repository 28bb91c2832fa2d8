#include <imagegen/core/digest.hpp>
#include <imagegen/provider/image_request.hpp>

#include "provider/models.hpp"

namespace imagegen {
namespace {

class Identity {
 public:
  // Each part goes in with its length, so that no two different requests give one text.
  void add(std::string_view part) { text_ += std::to_string(part.size()) + ":" + std::string(part); }
  // Fields that came later are in the hash only where they say something, so that those of older versions stay.
  void add(std::string_view name, const std::string& value) {
    add(name);
    add(std::string_view(value));
  }
  std::string hash() const { return to_hex(sha256(text_)); }

 private:
  std::string text_;
};

}  // namespace

std::string request_hash(std::string_view provider, const ImageRequest& request) {
  Identity identity;
  identity.add(provider);
  identity.add(request.model);
  identity.add(request.quality);
  identity.add(request.prompt.text);
  identity.add(request.prompt.negative);
  identity.add(to_string(pixels_of(request)));
  identity.add(request.seed ? std::to_string(*request.seed) : std::string());
  if (request.count != 1) identity.add("count", std::to_string(request.count));
  for (const auto& reference : request.references)
    identity.add("reference", reference.url.empty() ? to_hex(sha256(reference.file.view())) : reference.url);
  if (request.mask.size() > 0) identity.add("mask", to_hex(sha256(request.mask.view())));
  if (request.strength) identity.add("strength", number_text(*request.strength));
  if (request.guidance) identity.add("guidance", number_text(*request.guidance));
  if (request.steps) identity.add("steps", std::to_string(*request.steps));
  if (request.format) identity.add("format", std::string(to_string(*request.format)));
  if (request.partial_images > 0) identity.add("partialImages", std::to_string(request.partial_images));
  if (!request.extras_json.empty()) identity.add("extras", request.extras_json);
  return identity.hash();
}

}  // namespace imagegen
