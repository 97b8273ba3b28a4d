#include "app/health_watch.h"

#include <algorithm>
#include <random>
#include <utility>

#include "observe/health_line.h"

namespace weir::app {

namespace {

// Bytes queued on a probe's stream: its request is smaller.
constexpr std::size_t kMark = 64 * 1024;

}  // namespace

HealthWatch::HealthWatch(net::Loop& loop, observe::ErrorLog& errors,
                         const std::vector<std::unique_ptr<Worker>>& workers)
    : loop_(loop),
      errors_(errors),
      workers_(workers),
      connector_(loop, kMark),
      checks_(loop.turns(), loop.wheel(), connector_, *this, std::random_device{}()),
      patience_(loop.wheel(), *this) {}

void HealthWatch::apply(const Snapshot& snapshot) {
  auto before = std::exchange(pools_, {});
  for (const SharedPool& pool : snapshot.pools()) {
    pools_.push_back(pool.observed);
    apply(pool);
  }
  for (const auto& pool : before) {
    bool stays = std::any_of(pools_.begin(), pools_.end(),
                             [&](const auto& one) { return one.get() == pool.get(); });
    if (!stays) checks_.forget(*pool);
  }
}

void HealthWatch::apply(const SharedPool& pool) {
  checks_.apply(pool.observed, pool.options, pool.set);
}

void HealthWatch::await_verdicts(const Snapshot& snapshot) {
  base::Duration timeout{0};
  for (const SharedPool& pool : snapshot.pools()) {
    const auto& check = pool.options.health_check;
    if (check && check->initial == upstream::InitialHealth::kChecked)
      timeout = std::max(timeout, check->timeout);
  }
  if (checks_.unchecked() == 0) return;
  awaiting_ = true;
  patience_.set(base::after(loop_.now(), timeout));
  loop_.run();
  patience_.clear();
  awaiting_ = false;
}

void HealthWatch::on_health_change(const upstream::HealthChange& change) {
  bool down = change.record.health() == upstream::Health::kDown;
  errors_.write_limited(down ? observe::Level::kWarn : observe::Level::kInfo,
                        observe::health_line(change));
  if (!down) return;
  base::SharedRef<const upstream::Endpoint> endpoint(&change.endpoint);
  for (const auto& worker : workers_) worker->tell_down(endpoint);
}

void HealthWatch::on_all_checked() {
  if (awaiting_) loop_.stop();
}

void HealthWatch::on_deadline(net::Deadline&) {
  if (awaiting_) loop_.stop();
}

}  // namespace weir::app
