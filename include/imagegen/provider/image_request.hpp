#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/clock.hpp>
#include <imagegen/core/encoding.hpp>
#include <imagegen/core/prompt_text.hpp>
#include <imagegen/core/shared_bytes.hpp>
#include <imagegen/core/task.hpp>
#include <imagegen/provider/model_capability.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace imagegen {

/// A shape at about so many pixels.
struct RatioWish {
  int width = 1, height = 1;  ///< 16 and 9 for 16:9; each at least 1.
  double megapixels = 1;      ///< Of 1,000,000 px.
  friend bool operator==(const RatioWish&, const RatioWish&) = default;
};
/// Whatever the model likes best.
struct AnySize {
  friend bool operator==(const AnySize&, const AnySize&) = default;
};
/// What size is wished for; adapt() makes a PixelSize of it.
using SizeWish = std::variant<PixelSize, RatioWish, AnySize>;

/// A picture that the model is to look at; by its bytes or by where it is.
struct ReferenceImage {
  SharedBytes file = {};  ///< PNG, JPEG or WebP.
  std::string url = {};   ///< In place of the file, where the model takes URLs.
};

/// What is wished for: a value, hashed whole for the ledger. Callbacks travel in the CallContext beside it.
struct ImageRequest {
  std::string model = {}, quality = {};         ///< As in ProviderModel.
  PromptText prompt = {};                       ///< Sent as it is.
  SizeWish size = AnySize{};                    ///< What the model does not make is refused or replaced; see adapt().
  int count = 1;                                ///< Pictures, all of one prompt: 1..ModelCapability::max_images.
  std::optional<std::uint64_t> seed = {};       ///< Within the model's SeedRange; absent: the provider's choice.
  std::vector<ReferenceImage> references = {};  ///< In the order in which they are sent.
  SharedBytes mask = {};  ///< A grey PNG of the size of the first reference: white is drawn anew. Empty: none.
  std::optional<float> strength = {};      ///< 0..1, how far the picture may go from the first reference.
  std::optional<float> guidance = {};      ///< How closely to follow the prompt, on the model's own scale.
  std::optional<int> steps = {};           ///< 1..1000; absent: the model's usual number.
  std::optional<ImageFormat> format = {};  ///< Of the file that comes; absent: the model's choice.
  int partial_images = 0;                  ///< How many unfinished ones to show on the way; see CallContext::partial.
  std::string extras_json = {};            ///< An object of what one service alone has, in its own words; empty: none.
  std::string user = {};     ///< The host's end-user id, for the provider's abuse checks; at most 256 bytes.
  std::string task_id = {};  ///< The RemoteTask's, with client_chosen_ids; empty: the provider's choice.
};

/// The size in pixels of a request that adapt() has settled, or {} of one that it has not.
PixelSize pixels_of(const ImageRequest& request);

/// What goes along with a call and is no part of what is wished for.
struct CallContext {
  Deadline deadline = Deadline::never();  ///< When the call must have ended.
  /// Awaited when an answer with pictures has begun to arrive, before the bulk of it is read, by providers that can let
  /// it wait; perhaps once for each try. Empty: there is room for it.
  std::function<Task<void>()> room = {};
  /// Awaited by with_retry(): with false when a try has failed, nothing is owed for it and a back-off begins; with true
  /// before the next try is sent. So a ledger can tell a call that was killed while it waited from one that was in
  /// flight. An error of the latter ends the call, unsent. Empty: nobody wants to know.
  std::function<Task<Result<void>>(bool in_flight)> flight = {};
  /// How far it has come, 0..1, by providers that know. Must return quickly. Empty: nobody wants to know.
  std::function<void(double fraction)> progress = {};
  /// An unfinished picture, the first with index 0. Must return quickly. Empty: nobody wants to see any.
  std::function<void(int index, SharedBytes file)> partial = {};

  CallContext() = default;
  CallContext(Deadline until) : deadline(until) {}  // NOLINT: a call that nobody watches has a deadline alone
};

/// A difference between what was asked for and what is sent.
struct Adaptation {
  std::string field;        ///< "size", "seed"
  std::string asked, sent;  ///< As texts; `sent` is empty for what is left out.
  std::string why;          ///< For people.
  friend bool operator==(const Adaptation&, const Adaptation&) = default;
};

/// A request as it can be sent, and how it differs from the wish.
struct Adapted {
  ImageRequest request;                 ///< With model and quality filled in, and its size in pixels.
  std::vector<Adaptation> adaptations;  ///< Empty where all is as it was asked.
};

/// Whether a model that cannot do exactly what is asked may do something near it.
enum class Strictness : std::uint8_t { lenient, strict };

/// What a model is sent for a wish. Pure, so that a plan and the call find the same; adapting twice changes nothing more.
///
/// Lenient, the nearest size takes the place of one that is not made, and seed, strength, guidance, steps and format are
/// left out where the model has none; every difference is listed. What would change the meaning is refused always: a
/// quality that the model does not have, a negative prompt, references or a mask where it takes none, too many images,
/// too long a prompt.
///
/// \return Errc::invalid_argument naming the field, what was expected and what came; with Strictness::strict for every
/// difference.
Result<Adapted> adapt(const ModelCapability& model, ImageRequest request, Strictness strictness);

/// SHA-256 in hexadecimal over all that decides what is asked for: the provider's name and the whole request apart from
/// user and task. \param request As adapt() made it.
std::string request_hash(std::string_view provider, const ImageRequest& request);

}  // namespace imagegen
