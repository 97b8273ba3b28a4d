#pragma once

#include <utility>

namespace weir::upstream {

class EndpointSlot;

// One of the leases that an endpoint has over all workers (Endpoint::load), and at max_conns one of
// those that it may have; or nothing, in pools that count none. Taken when an endpoint is picked,
// carried by the lease, and given back once, when it dies: then it is the turn of whoever waits for
// one. Move-only; whoever holds it holds its slot. One thread.
class Place {
 public:
  Place() = default;
  Place(Place&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
  Place& operator=(Place&& other) noexcept {
    if (this != &other) {
      give_back();
      slot_ = std::exchange(other.slot_, nullptr);
    }
    return *this;
  }
  ~Place() { give_back(); }

  // A place of the slot's endpoint; empty where it has max_conns leases.
  static Place take(EndpointSlot& slot);

  explicit operator bool() const { return slot_ != nullptr; }
  void give_back() {
    if (slot_ != nullptr) leave();
  }

 private:
  explicit Place(EndpointSlot& slot) : slot_(&slot) {}
  void leave();

  EndpointSlot* slot_ = nullptr;
};

}  // namespace weir::upstream
