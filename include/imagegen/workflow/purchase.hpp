#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/core/places.hpp>
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/job/job_store.hpp>
#include <imagegen/job/permit_gate.hpp>
#include <imagegen/provider/provider_set.hpp>
#include <imagegen/spend/ledger.hpp>
#include <imagegen/spend/price_table.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// \file Buying one picture so that it is never bought twice, whatever is killed when.
namespace imagegen {

/// Called with the name of each step when it has just been done, for tests that kill a process there.
using StepHook = std::function<void(std::string_view step)>;

/// What a purchase works with; all of it must outlive the calls.
struct PurchaseServices {
  const ProviderSet& providers;   ///< Those that the order's route names, and those with open tasks.
  Ledger& ledger;                 ///< Where each purchase is booked, before anything is asked.
  ThreadPool& pool;               ///< For the ledger's calls, which block.
  Clock& clock;                   ///< For deadlines, and the times that are booked.
  const PriceTable& prices;       ///< For what the ledger reserves and settles.
  StepHook on_step = {};          ///< Empty: nobody wants to know.
  PermitGate* permits = nullptr;  ///< Where there is one, a purchase waits for its permit first.
  /// Where there are some, the picture of a task takes one before it is fetched: thousands of tasks may be under way,
  /// and end at one moment, while few pictures are in memory. For providers that can wait(); see BoughtImage::place.
  Places* places = nullptr;
  /// Where there is one, a purchase of another job that buys the same picture is waited for only while that job is at
  /// work; else it is taken over.
  JobStore* jobs = nullptr;
};

/// What is to be bought, and on what terms.
struct PurchaseOrder {
  std::string job_id, slot, user, master_key;  ///< As in PurchaseIntent.
  int attempt = 0;                             ///< As in PurchaseIntent.
  /// Further slots that the same answer fills, in the order of its pictures; each needs a master_key.
  std::vector<PurchasePlace> also = {};
  /// The wish; each entry of the route is sent what adapt() makes of it. Its count is 1 + also.size().
  ImageRequest request;
  /// By slot, where several may be filled at once: the seed of a call is that of the first slot that it fills. Empty: that
  /// of the request.
  std::map<std::string, std::optional<std::uint64_t>> seeds = {};
  std::optional<PixelSize> approved_size = {};  ///< The first entry of the route makes exactly this one, or none; px.
  ProviderRoute route;   ///< An empty one is the first provider's first model.
  Budgets budgets;       ///< All must have room for it, or nothing is asked.
  /// Buy again where it is not known whether an earlier purchase succeeded. It may then be paid for twice. Providers
  /// that take no money are always asked again.
  bool again_when_unknown = false;
  Deadline deadline;  ///< Of waiting for a permit, and for the provider.
  /// Asked right before the provider is: an error ends the purchase, and nothing is owed. May be empty.
  std::function<Task<Result<void>>()> may_buy = {};
};

/// Where a picture is from, whatever is configured or wished for now.
struct BoughtFrom {
  Purchase purchase;                 ///< As the ledger has it.
  std::optional<Adapted> sent = {};  ///< What was sent for it; absent: it was begun for another wish than this one.
  bool trained_model = true;         ///< ModelCapability::trained of the model that made it.
};

/// What was paid for, whole.
struct BoughtImage {
  std::shared_ptr<const BoughtFrom> from;  ///< Never null. Shared, because thousands of these are waited for.
  /// The first belongs to the first place of the purchase, and so on. There may be fewer or more than places.
  std::vector<GeneratedImage> images;
  std::string request_id;                ///< GeneratedImages::request_id.
  std::optional<Usd> actual;             ///< As settled; absent when neither actual nor estimate is known.
  bool resumed = false;                  ///< It was paid for by an earlier call.
  CostSource source = CostSource::none;  ///< Where `actual` is from.
  std::shared_ptr<void> place = {};      ///< To be kept until the picture is no longer needed; may be null.
  Deadline deadline = {};                ///< Until when it is worth waiting for a store that does not take it.
};

/// Stores what has been paid for. Called before the purchase is settled, not cut short by cancellation.
using KeepImage = std::function<Task<Result<void>>(const BoughtImage& bought)>;

/// Buys the picture of a slot, or of several at once, or fetches what an earlier call bought. A purchase that was begun is gone on with at the
/// provider that it was begun with. Else the entries of the route are asked one after the other, as may_fall_over()
/// allows; an entry whose model is retired or cannot do what is asked is passed over.
///
/// The caller has looked for a picture kept earlier: this is only called when there is none. Order: the intent is in
/// the ledger before the provider is asked, the remote id before it is polled, the picture in the store before the
/// purchase is settled.
///
/// Errors: rate_limited without a permit before the deadline, budget_exceeded and unavailable from the ledger (then
/// nothing was asked for) and for a price above the approved one; unsupported for a model that is retired; already_exists with Retry::later while another job
/// buys the picture with the same master_key; outcome_unknown when an earlier purchase may have been made and
/// `again_when_unknown` is not set; conflict when the slot was paid for and its picture cannot be had again; the
/// provider's own. Delivery, billing and retry of an error are those of the ledger: `not_sent` where it holds nothing,
/// and Retry::later only where nothing is bought twice by trying again. `keep` is called once and waits as long as is
/// worth while. Where it fails, a task that can be resumed stays open; else the picture is lost, which is
/// storage_failed.
Task<Result<BoughtImage>> buy_image(PurchaseServices services, PurchaseOrder order, KeepImage keep);

/// Lets the slot, and the picture's key, be bought again, where the picture is paid for but of no use. \param note Why;
/// for people.
Task<Result<void>> free_slot(PurchaseServices services, std::string job_id, std::string slot, std::string master_key,
                             std::string note);

/// Whether a process that may well be alive works on the job: it runs, and its worker is not known to be gone. True for
/// a store that does not answer, and for jobs that it does not know. Blocks.
bool job_is_at_work(JobStore& jobs, const std::string& job_id);

}  // namespace imagegen
