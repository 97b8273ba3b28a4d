#include "app/listeners.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "net/listen_socket.h"

namespace weir::app {

void say_listening(const char* what, const std::string& address) {
  std::fprintf(stderr, "weir: %slistening on %s\n", what, address.c_str());
}

std::vector<base::SharedRef<server::ObservedListener>> Listeners::Plan::observed() const {
  std::vector<base::SharedRef<server::ObservedListener>> all;
  for (const auto& listener : bound) all.push_back(listener->observed);
  return all;
}

base::Result<Listeners::Plan> Listeners::prepare(
    const std::vector<config::ListenerConfig>& configured, unsigned workers) const {
  Plan plan;
  plan.sockets.resize(workers);
  auto left = bound_;
  for (const auto& listener : configured) {
    auto same = std::find_if(left.begin(), left.end(),
                             [&](const auto& one) { return one->asked == listener.address; });
    if (same != left.end()) {
      plan.bound.push_back(*same);
      left.erase(same);
      for (auto& sockets : plan.sockets) sockets.emplace_back();
      continue;
    }
    auto bound = net::bind_all(listener.address, workers);
    if (!bound) return bound.error();
    auto made = base::make_ref<BoundListener>();
    made->asked = listener.address;
    made->observed = base::make_shared_ref<server::ObservedListener>(
        net::to_text(bound.value().address), workers);
    if (listener.address.is_unix) made->file.emplace(listener.address.host);
    plan.bound.push_back(std::move(made));
    for (unsigned i = 0; i < workers; ++i) {
      plan.sockets[i].push_back(std::move(bound.value().sockets[i]));
    }
  }
  return plan;
}

void Listeners::commit(const Plan& plan) {
  auto before = std::exchange(bound_, plan.bound);
  for (const auto& listener : bound_) {
    bool is_new = std::none_of(before.begin(), before.end(),
                               [&](const auto& one) { return one.get() == listener.get(); });
    if (is_new) say_listening("", listener->observed->name());
  }
}

}  // namespace weir::app
