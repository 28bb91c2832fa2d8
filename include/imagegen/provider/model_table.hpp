#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/provider/model_capability.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// \file What is known of the models of services: data with a date, which a user overrides.
namespace imagegen {

/// What is known of a model beside what it can do.
struct ModelFacts {
  std::string family = {};                                     ///< Models that have much in common; may be empty.
  std::optional<std::chrono::year_month_day> released = {};    ///< Absent: not known.
  std::optional<std::chrono::year_month_day> checked_on = {};  ///< When the row was last compared with its source.
  std::string source = {};                                     ///< Where the row is from; empty: nobody said.
  std::string dialect = {};  ///< In which of its host's forms it is asked: "dall-e"; empty where the host has one.
  std::string note = {};     ///< What the fields cannot say, for people; may be empty.
  friend bool operator==(const ModelFacts&, const ModelFacts&) = default;
};

/// Dated facts about models, by host and name. Never changes once made; safe from any thread.
///
/// A name is looked up as the id of a row, as an alias, and without the date at its end ("gpt-image-2-2026-04-21").
class ModelTable {
 public:
  /// What this library was released with (data/models.json).
  static const ModelTable& built_in();

  /// Reads a table in the form of data/models.json, or the part of one that is to go over the built-in table: its rows
  /// may name families of the latter, and are checked with what they leave as it is there.
  /// \param json At most 4 MiB, with at most 10,000 rows and families.
  /// \return Errc::invalid_argument naming every fault by its JSON path; Errc::limit_exceeded for too long a text.
  static Result<ModelTable> parse(std::string_view json);

  /// This table with `over` laid over it. Where both have a family, or a row for a host and id, each field that the one
  /// of `over` gives takes the place of the field here; all else stays. A new row for an alias or a dated name begins
  /// with what holds for it here. New rows come last.
  ModelTable overridden_by(const ModelTable& over) const;

  /// Each once, in the order of the table.
  std::vector<std::string> hosts() const;
  /// Whether there is a row for it.
  bool knows_host(std::string_view host) const;

  /// The models of a host in the order of the table, each followed by its aliases as models of their own; retired ones
  /// too. Empty for a host without rows.
  std::vector<ModelCapability> of(std::string_view host) const;

  /// What a model can do, with `id` for its name. Of an id that the table does not have it is the narrowest form of the
  /// host (its row "*"), of a host without such a row one picture of 1024x1024 and nothing optional; both with
  /// `known = false`.
  ModelCapability find(std::string_view host, std::string_view id) const;

  /// Of the row that find() goes by; of none all is empty.
  ModelFacts facts(std::string_view host, std::string_view id) const;

  ModelTable(ModelTable&&) noexcept;
  ModelTable(const ModelTable&);
  ModelTable& operator=(ModelTable&&) noexcept;
  ~ModelTable();

 private:
  struct Data;
  explicit ModelTable(std::shared_ptr<const Data> data);
  static Result<ModelTable> read(std::string_view json, const ModelTable* under);
  std::shared_ptr<const Data> data_;
};

}  // namespace imagegen
