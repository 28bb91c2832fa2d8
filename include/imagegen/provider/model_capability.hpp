#pragma once
#include <imagegen/core/encoding.hpp>
#include <imagegen/core/size_offer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// \file What a service and each of its models take and make. Values: of the services that this library knows they come
/// from data with a date (ModelTable), of others from whoever makes the provider.
namespace imagegen {

/// Both ends are seeds.
struct SeedRange {
  std::uint64_t lowest = 0, highest = UINT64_MAX;  ///< Inclusive.
  friend bool operator==(const SeedRange&, const SeedRange&) = default;
};

/// What a PromptLimit counts.
enum class LengthUnit : std::uint8_t { code_points, bytes };

/// How long a prompt may be.
struct PromptLimit {
  std::size_t most = 32'000;                  ///< Of the prompt; a negative one is not measured.
  LengthUnit unit = LengthUnit::code_points;  ///< Code points as utf8_length() counts them.
  friend bool operator==(const PromptLimit&, const PromptLimit&) = default;
};

/// Pictures that the model looks at.
struct ReferenceRule {
  int most = 0;                      ///< 0: none.
  std::size_t max_bytes = 0;         ///< Each, as a file; 0: no limit is known.
  std::vector<ImageFormat> formats;  ///< Empty: any.
  /// How they may be given: the file itself, a place where the service finds it.
  bool by_bytes = true, by_url = false;
  friend bool operator==(const ReferenceRule&, const ReferenceRule&) = default;
};

/// What of its own mask a service draws anew. In this library it is always what is white; see also MaskPolarity, which
/// is about files.
enum class MaskSense : std::uint8_t { none, alpha_zero_edits, white_edits, black_edits };

/// The mask that a service takes for inpainting.
struct MaskRule {
  MaskSense sense = MaskSense::none;  ///< none: it takes no mask.
  bool same_size = true;              ///< As the first reference, px.
  std::size_t max_bytes = 0;          ///< As a file; 0: no limit is known.
  friend bool operator==(const MaskRule&, const MaskRule&) = default;
};

/// When a host stops serving a model.
struct Retirement {
  std::optional<std::chrono::year_month_day> date = {};  ///< The first day without it; absent: none is known.
  std::string replacement = {};                          ///< What the host names in its place; may be empty.
  friend bool operator==(const Retirement&, const Retirement&) = default;
};

/// What one model takes and makes.
struct ModelCapability {
  std::string model;                   ///< As it will be sent.
  std::vector<std::string> qualities;  ///< The service's own words; empty: any, or none, is taken.
  std::string default_quality;         ///< What is sent where nothing else is asked for; may be empty.
  SizeOffer sizes;                     ///< What may be asked for.
  int max_images = 1;                  ///< In one call.
  std::optional<SeedRange> seed = {};  ///< Absent: it takes none.
  /// Whether it takes each of these; what they are says ImageRequest.
  bool negative = false, strength = false, steps = false, guidance = false, partial_images = false;
  bool extras = false;                    ///< Takes ImageRequest::extras_json.
  ReferenceRule references = {};          ///< How many it looks at, and how.
  MaskRule mask = {};                     ///< How it takes one.
  std::vector<ImageFormat> formats = {};  ///< What may be asked for; empty: the server decides.
  PromptLimit prompt = {};                ///< Refused when longer.
  Retirement retirement = {};             ///< When its host stops serving it.
  bool trained = true;  ///< Pictures come from a model that learned from samples; so their provenance says.
  /// False: no data names this model, and it is asked in the narrowest form of its host.
  bool known = true;

  friend bool operator==(const ModelCapability&, const ModelCapability&) = default;
};

/// What a service can do; it stays as it is for as long as the provider lives.
struct ProviderCapability {
  std::string provider;  ///< Its name among the others: "openai", "backup".
  std::string host = {}; ///< Whose prices and models count; empty: as the name.
  bool paid = true;      ///< A call may cost money.
  /// The caller may choose the id of a RemoteTask, so that a lost answer can be looked up.
  bool client_chosen_ids = false;
  bool cancels = false;   ///< RemoteTasks.
  bool progress = false;  ///< It tells how far a task has come.
  std::vector<ModelCapability> models;  ///< At least one; the first is asked where none is named.

  /// The host by whose name PriceTable and ModelTable know it.
  const std::string& priced_as() const noexcept { return host.empty() ? provider : host; }
};

/// Whom to ask, for what.
struct ProviderModel {
  std::string provider;      ///< ProviderCapability::provider
  std::string model = {};    ///< Empty: the provider's first.
  std::string quality = {};  ///< Empty: the model's default.
  friend bool operator==(const ProviderModel&, const ProviderModel&) = default;
};

/// "openai gpt-image-2 (high)"
std::string to_string(const ProviderModel& asked);

/// The model of that name, or the first for an empty one; null where there is none of that name.
const ModelCapability* find_model(const ProviderCapability& capability, std::string_view model);

/// The choice with model and quality filled in; as it is where the provider has no such model.
ProviderModel filled_in(const ProviderCapability& capability, ProviderModel asked);

/// What is asked of the provider where nothing else is said.
ProviderModel default_choice(const ProviderCapability& capability);

/// How near a model is to its end.
enum class RetirementStage : std::uint8_t { none, soon, retired };
/// How long before its end a model is said to retire soon.
inline constexpr std::chrono::days kRetiresSoon{30};

/// \param today The UTC date. retired: on the day itself and after; soon: within kRetiresSoon.
RetirementStage retirement_stage(const Retirement& retirement, std::chrono::sys_days today);

/// For people: "gpt-image-1 was retired on 2026-10-23; use gpt-image-2.6-flare, or ..."; empty for RetirementStage::none.
std::string retirement_text(const ModelCapability& model, std::chrono::sys_days today);

}  // namespace imagegen
