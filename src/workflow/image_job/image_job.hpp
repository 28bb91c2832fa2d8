#pragma once
#include <imagegen/image/image_limits.hpp>
#include <imagegen/image/renditions.hpp>
#include <imagegen/job/job.hpp>
#include <imagegen/workflow/order_terms.hpp>
#include <imagegen/workflow/work_services.hpp>

#include <boost/json/object.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "workflow/image_job/master_answer.hpp"

// One job shape for every system: for each slot a picture is found or bought, kept, cut, published, recorded and noted. What is published and
// recorded is described by the purchase. A system says what is asked for, where its files go and in which words it answers.
namespace imagegen {

// A file to make of a picture: a rendition, a thumbnail, or the picture itself in another format.
struct FilePlan {
  std::optional<ObjectKey> key = {};   // nothing: "images/" and the SHA-256 of its content
  std::optional<PixelSize> size = {};  // the box; nothing: that of the picture
  Fit fit = Fit::cover;                // Fit::inside for a thumbnail of pictures of any shape
  CropPosition position = {};
  Encoding encoding = {};
  bool replace = false;            // what is under its key already
  std::string cache_control = {};  // empty: none
  std::string record_place = {};   // its record is asset_id(job, record_place)
  boost::json::object record_extra = {};
};

struct PublishPlan {
  std::vector<FilePlan> files = {};  // empty: the picture is kept, and nothing more
  ProvenanceWish provenance = ProvenanceWish::source;
};

struct ImageSlot {
  std::string slot;           // as in PurchaseOrder
  boost::json::object about;  // names it in the events of the job: {"shot": "OL-1"}, {"slot": 0}
  ImageRequest request;
  std::optional<ApprovedPicture> approved = {};  // nothing: the budgets alone count
  ObjectKey master;                  // where the picture is kept as it came
  // A master that it takes the place of once it has proved usable. With `has_replaced` it has done so already.
  std::optional<ObjectKey> replaces = {};
  bool has_replaced = false;
  PublishPlan publish = {};
};

enum class FailurePolicy : std::uint8_t {
  go_on,  // with the other slots
  stop,   // before the next one
};

struct ImageJobPlan {
  std::string job_id, owner;
  int attempt = 0;
  std::vector<ProviderModel> route = {};
  std::vector<ImageSlot> slots = {};
  int together = 1;  // slots that one purchase fills, where their requests are the same but for the seed
  Budgets budgets = {};
  bool again_when_unknown = false;
  std::chrono::milliseconds timeout{600'000};  // for one picture, retries included
  std::size_t at_a_time = 1;
  FailurePolicy on_failure = FailurePolicy::go_on;
  bool publishes_unkept = false;  // files are made of a picture that no store took
  // Who has a picture from where is written as soon as it is there. Else in one write with its files, for jobs whose
  // pictures can only be their own: after a crash between the two they are known again.
  bool notes_at_once = false;
  ImageLimits limits = {};
};

struct PublishedFile {
  ObjectKey key;
  std::string url = {}, sha256 = {};
  PixelSize size = {};
  std::size_t size_bytes = 0;
  PixelRect crop = {};
  bool upscaled = false;
};

struct FileOutcome {
  std::optional<PublishedFile> made = {};
  bool exists = false;  // another file is under its key, and stays
  Error error = {};     // of one that was not made
};

struct SlotFailure {
  std::string what;  // a key; empty: the slot as a whole
  Error error;
};

struct SlotOutcome {
  enum class Source : std::uint8_t { none, kept, bought } source = Source::none;
  MasterAnswer answer = {};
  std::string purchase_id = {};
  std::optional<Usd> cost = {};  // of this picture, as booked
  PixelSize master_size = {};
  std::vector<std::string> master_notes = {};
  std::vector<FileOutcome> files = {};  // as in the plan
  bool has_failed = false;              // as a whole
  std::vector<SlotFailure> failures = {};
};

struct ImageJobOutcome {
  std::vector<SlotOutcome> slots;  // as in the plan; those that were not begun have neither source nor failure
};

enum class ImageJobStep : std::uint8_t { buying, have_master, file_done, file_failed, slot_failed };

// What a system has to say while its job is done. All may be empty. Called on the job's executor.
struct ImageJobHooks {
  // Writes into the job. An error ends the slot, before anything more is done for it.
  std::function<Task<Result<void>>(JobUpdate)> save = {};
  std::function<Task<Result<void>>()> may_buy = {};  // see PurchaseOrder
  // What else to write with the files of a slot.
  std::function<JobUpdate(std::size_t slot, const SlotOutcome&)> on_slot = {};
  std::function<void(ImageJobStep, std::size_t slot, const ObjectKey* file)> progress = {};
};

// Cancelling it stops purchases that have not begun.
Task<ImageJobOutcome> run_image_job(WorkServices services, ImageJobPlan plan, ImageJobHooks hooks);

}  // namespace imagegen
