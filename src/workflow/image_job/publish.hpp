#pragma once
#include "workflow/image_job/image_job.hpp"

// Cuts what a slot wants out of its picture, records and stores it.
namespace imagegen {

struct PublishTask {
  const ImageJobPlan& plan;
  const ImageSlot& slot;
  const MasterAnswer& answer;  // who made the picture
  std::function<void(const ObjectKey* made)> on_file = {};  // null: one that could not be made, or is there already
};

// The provenance that the files of a slot carry; nothing where none is wanted.
std::optional<Provenance> provenance_of(const ImageSlot& slot, const MasterAnswer& answer);

// Fills `outcome.files`. \param master Borrowed until the task ends. \return Only what concerns the picture itself:
// Errc::corrupt_data for one that cannot be decoded, Errc::cancelled.
Task<Result<void>> publish(const WorkServices& services, PublishTask task, ByteView master, SlotOutcome& outcome);

// What was stored, with all that decides what the files are like, so that they can be made again; empty where none was.
boost::json::object stored_detail(const ImageSlot& slot, const SlotOutcome& outcome);

}  // namespace imagegen
