#include "state/copy/side.hpp"

#include "state/postgres/copy_session.hpp"
#include "state/postgres/open_server.hpp"
#include "state/postgres/record_views.hpp"
#include "state/postgres/spool.hpp"

namespace imagegen::state {
namespace {

class PgSide final : public CopySide {
 public:
  explicit PgSide(std::shared_ptr<PgDatabase> database) : database_(std::move(database)) {}

  Result<void> alone(const Work& work) override {
    return database_->transact(Durable::yes, [&](PgConnection& connection) -> Result<void> {
      if (const auto locked = lock_out_writers(connection); !locked) return locked;
      PgCopySession session(connection, *database_);
      return work(session);
    });
  }

  Result<void> change(const Work& work) override {
    return database_->transact(Durable::yes, [&](PgConnection& connection) -> Result<void> {
      PgCopySession session(connection, *database_);
      return work(session);
    });
  }

  std::string description() const override { return database_->address().server; }
  Result<std::vector<std::string>> remarks() override { return state::remarks(*database_, {}); }
  Result<std::unique_ptr<Spool>> spool() override { return make_postgres_spool(database_); }

 private:
  const std::shared_ptr<PgDatabase> database_;
};

}  // namespace

Result<std::unique_ptr<CopySide>> open_postgres_side(const StateOptions& options) {
  auto database = open_server(options);
  if (!database) return database.error();
  return std::make_unique<PgSide>(std::move(*database));
}

}  // namespace imagegen::state
