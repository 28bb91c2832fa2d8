#include "state/copy/side.hpp"

#include "state/sqlite/copy_session.hpp"
#include "state/sqlite/open_file.hpp"
#include "state/sqlite/record_views.hpp"

namespace imagegen::state {
namespace {

class SqliteSide final : public CopySide {
 public:
  explicit SqliteSide(std::shared_ptr<sqlite::Database> database) : database_(std::move(database)) {}

  // Who writes locks out all others who would, and who reads sees nothing of what is not committed.
  Result<void> alone(const Work& work) override { return change(work); }

  Result<void> change(const Work& work) override {
    return database_->write_durably([&](sqlite::Connection& connection) -> Result<void> {
      sqlite::SqliteCopySession session(connection, *database_);
      return work(session);
    });
  }

  std::string description() const override { return "SQLite, " + database_->file().name; }
  Result<std::vector<std::string>> remarks() override { return sqlite::remarks(*database_, {}); }
  Result<std::unique_ptr<Spool>> spool() override { return make_folder_spool(database_->file().path + "-spool"); }

 private:
  const std::shared_ptr<sqlite::Database> database_;
};

}  // namespace

Result<std::unique_ptr<CopySide>> open_sqlite_side(const StateOptions& options) {
  const auto file = sqlite::file_of(options);
  if (!file) return file.error();
  auto database = sqlite::open_file(*file, options);
  if (!database) return database.error();
  return std::make_unique<SqliteSide>(std::move(*database));
}

}  // namespace imagegen::state
