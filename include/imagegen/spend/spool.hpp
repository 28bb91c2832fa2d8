#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/object_key.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/core/timestamp.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// \file Where a picture that is paid for lies while no object store takes it.
namespace imagegen {

/// A picture with all that is needed to store it and to settle its purchase, by any process.
struct SpooledPicture {
  std::string purchase_id;   ///< As in the ledger: 1..1024 bytes of UTF-8 without control characters.
  ObjectKey key;             ///< Under which it is to be stored.
  std::string content_type;  ///< Printable ASCII, at most 1024 bytes.
  std::string about_json;    ///< What the answer told, which settles the purchase. Opaque; 0..64 KiB of UTF-8, no NUL.
  Bytes file;                ///< As it came; 1 byte..256 MiB.
  /// For put(), of one that lay in another spool before: since when. Nothing: now.
  std::optional<Timestamp> spooled = {};
};

/// A picture of the spool without its bytes.
struct SpoolEntry {
  std::string purchase_id;               ///< As in SpooledPicture, like the two that follow.
  ObjectKey key;                         ///< Under which it is to be stored.
  std::string content_type, about_json;  ///< Of the file, and what the answer told.
  std::uint64_t size_bytes = 0;          ///< Of the file.
  Timestamp spooled{};                   ///< By the clock of the machine, or of the database, that holds it.
};

/// Which page Spool::list() gives.
struct SpoolQuery {
  int limit = 100;         ///< 1..1000
  std::string after = {};  ///< SpoolPage::next of the page before.
};

/// Some pictures, and where to go on.
struct SpoolPage {
  std::vector<SpoolEntry> pictures;  ///< Oldest first.
  /// What is there and cannot be read, a sentence each with the name to look at. It is left as it is. Told once
  /// over all pages.
  std::vector<std::string> damaged;
  std::string next;  ///< Empty: that was the last page.
};

/// The spool. Every function blocks and is safe from any thread and any number of processes. Errors beside those named:
/// permission_denied, unavailable, storage_failed.
class Spool {
 public:
  virtual ~Spool() = default;

  /// Keeps a picture; it is on the disk when this returns. A second one of the same purchase takes the place of the
  /// first. Errc::invalid_argument and Errc::limit_exceeded for what is outside the limits above.
  virtual Result<void> put(const SpooledPicture& picture) = 0;

  /// What is there, a page at a time. Errc::invalid_argument for a limit out of range or an `after` that is no cursor.
  virtual Result<SpoolPage> list(const SpoolQuery& query) = 0;

  /// Nothing when the spool has none; Errc::corrupt_data when it has one that is damaged.
  virtual Result<std::optional<SpooledPicture>> find(const std::string& purchase_id) = 0;

  /// The oldest that is to be stored under `key`. What is so damaged that it does not tell its key is passed over:
  /// list() names it.
  virtual Result<std::optional<SpooledPicture>> find_key(const ObjectKey& key) = 0;

  /// Takes a picture out, once the store has it. Succeeds also when there was none.
  virtual Result<void> remove(const std::string& purchase_id) = 0;

  /// "the spool in /srv/imagegen/spool", for messages.
  virtual std::string description() const = 0;
};

/// One file for each picture in `folder`: a line of JSON, the SHA-256 of that line, and the picture. Nothing is touched
/// before the first put(), which makes the folder and those above it that are missing, for this user alone (0700). A
/// file (0600) is written under another name, synced and renamed, then the folder is synced, so that a killed process
/// or a full disk leaves nothing under a picture's name. On a disk of this machine or a network; several processes may
/// share it.
/// \return Errc::invalid_argument for an empty path or one with a NUL.
Result<std::unique_ptr<Spool>> make_folder_spool(std::filesystem::path folder);

/// Ends with the process: for tests.
std::unique_ptr<Spool> make_memory_spool();

}  // namespace imagegen
