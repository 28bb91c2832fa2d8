#pragma once
#include <imagegen/record/record_store.hpp>

#include <span>
#include <string_view>

/// \file What a workflow keeps of persons, and where: what erase_person() goes by, which knows no workflow by name.
namespace imagegen {

/// Jobs of one kind. Whose they are says Job::owner.
struct PersonalJobs {
  std::string_view kind;            ///< Of Job::kind.
  std::string_view character = {};  ///< Field of the input with the id of a character, "request.characterId"; empty: none.
  /// Fields of the output, and of what events say, that name objects of the store; as PersonalFields::objects.
  std::span<const std::string_view> objects = {};
};

/// All of one workflow. Constants of the program.
struct PersonalData {
  std::span<const PersonalJobs> jobs = {};                    ///< Its kinds of jobs.
  std::span<const RecordCollection* const> collections = {};  ///< Those that say PersonalFields.
};

}  // namespace imagegen
