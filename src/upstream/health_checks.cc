#include "upstream/health_checks.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <unordered_set>
#include <utility>

namespace weir::upstream {

namespace {

// Probes kept for reuse.
constexpr std::size_t kProbesKept = 16;

base::Stamp span(base::Duration duration) { return base::after(0, duration); }

HealthRecord::WallTime wall_now() { return std::chrono::system_clock::now(); }

// The endpoints of a set that take requests.
std::unordered_set<const Endpoint*> serving(const EndpointSet* set) {
  std::unordered_set<const Endpoint*> endpoints;
  if (set == nullptr) return endpoints;
  for (const Member& member : set->members()) {
    if (!member.down) endpoints.insert(member.endpoint.get());
  }
  return endpoints;
}

}  // namespace

// An endpoint that is probed.
struct HealthChecks::Checked final : net::DeadlineEvents,
                                     ProbeEvents,
                                     base::ListHook<Checked, struct OfDue> {
  Checked(HealthChecks& of, CheckedPool& in, base::SharedRef<Endpoint> which, HealthRecord begin)
      : owner(of),
        pool(in),
        endpoint(std::move(which)),
        record(std::move(begin)),
        next(of.wheel_, *this) {}
  ~Checked() {
    if (probe != nullptr) --owner.open_;
    if (record.health() == Health::kUnchecked) --owner.unchecked_;
  }

  void on_deadline(net::Deadline&) override { owner.enqueue(*this); }
  void on_probe_end(const ProbeResult& result) override { owner.ended(*this, result); }
  // Counts good probes since the endpoint was put aside by its requests. True when it is to be
  // back.
  bool earns_return(bool good, base::Stamp now, unsigned rise);

  HealthChecks& owner;
  CheckedPool& pool;
  const base::SharedRef<Endpoint> endpoint;
  HealthRecord record;
  net::Deadline next;
  base::Stamp began = 0;  // of the last probe
  bool spread = false;    // its phase was chosen
  base::Stamp aside_until = 0;
  unsigned good_aside = 0;       // in a row, while put aside until then
  std::unique_ptr<Probe> probe;  // null: not under way
};

// A pool of the configuration, as last applied.
struct HealthChecks::CheckedPool {
  base::SharedRef<ObservedPool> pool;
  base::SharedRef<const EndpointSet> set;
  std::optional<HealthCheckOptions> options;  // none: not checked
  std::unordered_map<const Endpoint*, std::unique_ptr<Checked>> checked;
};

bool HealthChecks::Checked::earns_return(bool good, base::Stamp now, unsigned rise) {
  base::Stamp until = endpoint->ejected_until();
  if (until != aside_until || !good || until <= now) good_aside = 0;
  aside_until = until;
  if (!good || until <= now) return false;
  return ++good_aside >= rise;
}

HealthChecks::HealthChecks(net::Turns& turns, net::Wheel& wheel, net::Connector& connector,
                           HealthEvents& events, std::uint32_t seed)
    : turns_(turns),
      wheel_(wheel),
      connector_(connector),
      events_(events),
      random_(seed),
      probes_(kProbesKept) {}

HealthChecks::~HealthChecks() = default;

void HealthChecks::apply(const base::SharedRef<ObservedPool>& pool, const PoolOptions& options,
                         base::SharedRef<const EndpointSet> set) {
  net::Turns::Scope scope(turns_);
  std::size_t unchecked = unchecked_;
  auto& known = pools_[pool.get()];
  if (known == nullptr) known = std::make_unique<CheckedPool>();
  CheckedPool& here = *known;
  here.pool = pool;
  bool changed = here.options != options.health_check;
  here.options = options.health_check;
  std::unordered_set<const Endpoint*> served = serving(here.set.get());
  here.set = std::move(set);
  auto left = std::exchange(here.checked, {});
  for (const Member& member : here.set->members()) {
    const Endpoint* endpoint = member.endpoint.get();
    if (!here.options || member.down) {
      member.endpoint->set_health(Health::kUp);
      continue;
    }
    auto same = left.find(endpoint);
    if (same == left.end()) {
      add(here, member.endpoint, served.contains(endpoint));
      continue;
    }
    if (changed) retune(*same->second);
    here.checked.emplace(endpoint, std::move(same->second));
    left.erase(same);
  }
  left.clear();
  if (unchecked != 0 && unchecked_ == 0) events_.on_all_checked();
}

void HealthChecks::forget(const ObservedPool& pool) {
  net::Turns::Scope scope(turns_);
  std::size_t unchecked = unchecked_;
  pools_.erase(&pool);
  if (unchecked != 0 && unchecked_ == 0) events_.on_all_checked();
}

// One that has served without being checked goes on until its first verdict: were it unchecked, the
// first of its pool to be found good would take the traffic of all.
void HealthChecks::add(CheckedPool& pool, const base::SharedRef<Endpoint>& endpoint, bool served) {
  bool as_up = pool.options->initial == InitialHealth::kUp;
  Health health = as_up || served ? Health::kUp : Health::kUnchecked;
  HealthRecord record(health, as_up, turns_.now(), wall_now());
  auto checked = std::make_unique<Checked>(*this, pool, endpoint, std::move(record));
  if (health == Health::kUnchecked) ++unchecked_;
  endpoint->set_health(health);
  enqueue(*checked);
  pool.checked.emplace(endpoint.get(), std::move(checked));
}

// The options of its pool have changed.
void HealthChecks::retune(Checked& checked) {
  if (checked.probe != nullptr) {
    // It asks for what nobody wants to know any more.
    checked.probe.reset();
    --open_;
    return enqueue(checked);
  }
  if (checked.linked()) return;
  base::Stamp next = checked.next.at();
  checked.next.set(std::min(next, checked.began + pause_of(checked)));
}

void HealthChecks::enqueue(Checked& checked) {
  due_.push_back(checked);
  turns_.defer(*this);
}

void HealthChecks::on_turn_end() {
  for (auto& probe : ended_) probes_.give_back(std::move(probe));
  ended_.clear();
  while (open_ < kOpenMax && !due_.empty()) start(due_.pop_front());
}

void HealthChecks::start(Checked& checked) {
  ++open_;
  checked.began = turns_.now();
  checked.probe = probes_.take(turns_, wheel_);
  checked.probe->start(connector_, *checked.endpoint, *checked.pool.options, checked);
}

// From the beginning of a probe to that of the next.
base::Stamp HealthChecks::pause_of(const Checked& checked) {
  auto interval = static_cast<double>(span(checked.pool.options->interval));
  double most = checked.pool.options->jitter_percent / 100.0;
  std::uniform_real_distribution<double> shorter(0, most);
  return static_cast<base::Stamp>(interval * (1 - shorter(random_)));
}

void HealthChecks::schedule(Checked& checked) {
  if (checked.spread) return checked.next.set(checked.began + pause_of(checked));
  checked.spread = true;
  // Multiples of the golden ratio, modulo 1: however many there are, they are spread evenly.
  std::uint32_t phase = ++spread_ * 2'654'435'769U;
  auto interval = static_cast<double>(span(checked.pool.options->interval));
  checked.next.set(checked.began + static_cast<base::Stamp>(interval * phase / 4'294'967'296.0));
}

void HealthChecks::ended(Checked& checked, const ProbeResult& result) {
  ended_.push_back(std::move(checked.probe));
  --open_;
  turns_.defer(*this);
  schedule(checked);
  const HealthCheckOptions& options = *checked.pool.options;
  Endpoint& endpoint = *checked.endpoint;
  HealthRecord& record = checked.record;
  base::Stamp now = turns_.now();
  Health before = record.health();
  base::Stamp lasted = now - record.since();
  bool good = result.kind == ProbeResult::Kind::kWell;
  bool changed = record.count(result, options.rise, options.fall, now, wall_now());
  if (changed) endpoint.set_health(record.health());
  bool earned = checked.earns_return(good, now, options.rise);
  if (earned) endpoint.forgive();
  if (changed && good) endpoint.readmit();
  if (!changed) return;
  bool last = before == Health::kUnchecked && --unchecked_ == 0;
  events_.on_health_change({endpoint, record, before, lasted});
  if (last) events_.on_all_checked();
}

const HealthRecord* HealthChecks::find(const Endpoint& endpoint) const {
  auto pool = pools_.find(&endpoint.pool());
  if (pool == pools_.end()) return nullptr;
  auto checked = pool->second->checked.find(&endpoint);
  return checked == pool->second->checked.end() ? nullptr : &checked->second->record;
}

}  // namespace weir::upstream
