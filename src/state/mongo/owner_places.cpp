#include "state/mongo/owner_places.hpp"

#include <algorithm>
#include <utility>

#include "state/mongo/collections.hpp"
#include "state/mongo/errors.hpp"

namespace imagegen::mongo {
namespace {

constexpr int kMostClaimTries = 100;

}  // namespace

Result<OwnerPlaces::Answer> OwnerPlaces::take(const StoredJob& job) {
  const std::string& name = job.job.owner;
  for (int attempt = 1; attempt <= kMostClaimTries; ++attempt) {
    const auto loaded = load(name);
    if (!loaded) return loaded.error();
    Owner& owner = **loaded;
    if (owner.used.contains(job.job.id)) return Answer::busy;
    if (owner.used.size() >= static_cast<std::size_t>(limit_)) return Answer::full;
    owner.places.push_back({job.job.id, job.revision, until_});
    const auto saved = save(name, owner);
    if (!saved || !*saved) forget(name);
    if (!saved) return saved.error();
    if (*saved) {
      owner.used.insert(job.job.id);
      return Answer::taken;
    }
    pause_before_retry(attempt);
  }
  return too_busy("the places of an owner");
}

Result<OwnerPlaces::Owner*> OwnerPlaces::load(const std::string& name) {
  const auto known = known_.find(name);
  if (known != known_.end()) return &known->second;
  Owner owner;
  // In this order: whoever takes a place after the first line makes save() fail, so what runs is not missed.
  if (const auto read = read_places(name, owner); !read) return read.error();
  if (const auto read = read_running(name, owner); !read) return read.error();
  if (const auto dropped = drop_free_places(owner); !dropped) return dropped.error();
  owner.used = owner.running;
  for (const Place& place : owner.places) owner.used.insert(place.job);
  return &known_.emplace(name, std::move(owner)).first->second;
}

Result<void> OwnerPlaces::read_places(const std::string& name, Owner& owner) const {
  Document filter;
  filter.text("_id", name, "job owner");
  const auto found = database_.find_one(kOwners, filter);
  if (!found) return found.error();
  if (!*found) return {};
  Reader read(**found, "the places of an owner");
  owner.revision = read.id("revision");
  read.each("places", [&](Reader& at) {
    Place place;
    place.job = at.text("jobId"), place.base = at.id("base"), place.until = at.time("until");
    owner.places.push_back(std::move(place));
  });
  if (read.fault()) return *read.fault();
  return {};
}

Result<void> OwnerPlaces::read_running(const std::string& name, Owner& owner) const {
  auto filter = in_state(JobState::running);
  filter.text("owner", name);
  FindOptions options;
  options.fields.integer("jobId", 1);
  const auto found = database_.find(kJobs, filter, options);
  if (!found) return found.error();
  for (const Document& document : *found) {
    Reader read(document, "a job");
    owner.running.insert(read.text("jobId"));
    if (read.fault()) return *read.fault();
  }
  return {};
}

Result<void> OwnerPlaces::drop_free_places(Owner& owner) const {
  std::vector<Place> kept;
  for (Place& place : owner.places) {
    const auto taken = owner.running.contains(place.job) ? Result<bool>(true) : is_taken(place);
    if (!taken) return taken.error();
    if (*taken) kept.push_back(std::move(place));
  }
  owner.places = std::move(kept);
  return {};
}

// Of a place whose job was not seen running.
Result<bool> OwnerPlaces::is_taken(const Place& place) const {
  Document filter, fields;
  filter.text("jobId", place.job);
  fields.integer("job.state", 1).integer("job.revision", 1);
  const auto found = database_.find_one(kJobs, filter, std::move(fields));
  if (!found) return found.error();
  if (!*found) return false;
  Reader read(**found, "job " + place.job);
  const auto state = read.text("job.state");
  const auto revision = read.id("job.revision");
  if (read.fault()) return *read.fault();
  if (state == to_string(JobState::running)) return true;
  if (revision != place.base) return false;
  if (place.until >= now_) return true;
  Document of_base, set, update;
  of_base.text("jobId", place.job).id("job.revision", place.base);
  update.document("$set", set.id("job.revision", ObjectId::make()));
  const auto fenced = database_.change(kJobs, of_base, update);
  if (!fenced) return fenced.error();
  return !*fenced;
}

Result<bool> OwnerPlaces::save(const std::string& name, Owner& owner) const {
  std::vector<Document> places;
  for (const Place& place : owner.places) {
    Document made;
    made.text("jobId", place.job).id("base", place.base).time("until", place.until);
    places.push_back(std::move(made));
  }
  const auto before = std::exchange(owner.revision, ObjectId::make());
  Document values;
  values.id("revision", *owner.revision).documents("places", places);
  Document filter, update;
  filter.text("_id", name);
  if (!before) return database_.insert(kOwners, filter.all_of(values));
  filter.id("revision", *before);
  update.document("$set", values);
  return database_.change(kOwners, filter, update);
}

Result<std::vector<std::string>> OwnerPlaces::full_owners() const {
  Document somebody, match, group, sum, least, full;
  match.document("$match", in_state(JobState::running).document("owner", somebody.text("$ne", "")));
  sum.integer("$sum", 1);
  least.integer("$gte", limit_);
  std::vector<Document> stages;
  stages.push_back(std::move(match));
  stages.push_back(field("$group", group.text("_id", "$owner").document("jobs", sum)));
  stages.push_back(field("$match", full.document("jobs", least)));
  const auto found = database_.aggregate(kJobs, stages);
  if (!found) return found.error();
  std::vector<std::string> owners;
  for (const Document& document : *found) {
    Reader read(document, "the owner of a job");
    auto owner = read.text("_id");
    if (!read.fault()) owners.push_back(std::move(owner));  // a damaged job blocks nobody else's
  }
  return owners;
}

}  // namespace imagegen::mongo
