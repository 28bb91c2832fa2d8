#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/spend/ledger.hpp>
#include <imagegen/workflow/purchase.hpp>

#include <boost/json/array.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imagegen {

// What was asked for a picture and what its answer told: stored beside the picture, so that whatever was interrupted
// after that is settled, published and recorded as it was bought, and not as things are configured later.
struct MasterAnswer {
  std::string purchase_id, provider, model, quality, request_hash, request_id, revised_prompt;
  std::string sent_prompt_sha256, sha256;  // of the prompt and of the picture, in hexadecimal
  PixelSize size;                          // asked for, px
  std::optional<std::uint64_t> seed;
  std::optional<Usd> actual;
  CostSource source = CostSource::none;  // of `actual`
  bool trained_model = true;
  int images = 1;  // that its purchase made; `actual` is of all of them
  std::vector<Adaptation> adaptations = {};  // what was sent otherwise than it was wished for

  friend bool operator==(const MasterAnswer&, const MasterAnswer&) = default;
};

inline constexpr std::size_t kLargestAnswer = 256U << 10U;  // bytes as JSON; a revised prompt is the most of it

std::string to_json(const MasterAnswer& answer);
// Errc::corrupt_data for what to_json() cannot have written.
Result<MasterAnswer> parse_master_answer(std::string_view json);

// Of a picture that has just come, by its purchase. \param image Its index among those that came.
MasterAnswer answer_of(const BoughtImage& bought, std::size_t image);
// What one picture of the purchase did cost.
std::optional<Usd> cost_of_one(const MasterAnswer& answer);
// What is known of a picture of an older version, which has no answer beside it: what the ledger says, and the rest only
// where the same would be asked now. \param purchase Nothing: the ledger does not know it.
MasterAnswer answer_of_old(const PurchaseServices& services, const PurchaseOrder& order,
                           const std::optional<Purchase>& purchase);

// The differences as they are written into records and results.
boost::json::array to_json(const std::vector<Adaptation>& adaptations);
std::vector<Adaptation> read_adaptations(const boost::json::value* list);

}  // namespace imagegen
