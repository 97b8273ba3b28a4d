#pragma once

#include <memory>
#include <string>
#include <vector>

#include "unit/upstream/world.h"
#include "upstream/wait_queue.h"

namespace weir::upstream {

// Waits for a place of the pool, and keeps it once it has one. Writes its letter down when it is
// served, and '-' behind it where it finds nobody to try.
class Guest final : public Waiter {
 public:
  Guest(Pool& pool, World& world, std::string& served, char letter)
      : pool_(pool), world_(world), served_(served), letter_(letter) {}

  bool on_place() override {
    ++asked;
    Pick pick = pool_.pick({}, world_.time.now());
    if (pick.full) return false;
    leave();
    served_ += letter_;
    if (pick.slot == nullptr) served_ += '-';
    place = std::move(pick.place);
    return true;
  }

  int asked = 0;
  Place place;

 private:
  Pool& pool_;
  World& world_;
  std::string& served_;
  const char letter_;
};

// A pool of endpoints that each take one request, all taken, over two workers on one thread: the
// second one has `far`. Guests that wait there are letters from 'a' on, as they came.
struct Waiting {
  explicit Waiting(unsigned size = 10, std::size_t endpoints = 1)
      : world(std::vector<EndpointOptions>(endpoints, bounded()), 2) {
    world.pool_options.queue.size = size;
    near = &world.make_pool();
    far = std::make_unique<Pool>(world.observed, 1, world.pool_options, world.set(),
                                 world.connections, world.time.now());
    for (std::size_t i = 0; i < endpoints; ++i) taken.push_back(near->pick({}, world.time.now()));
  }

  static EndpointOptions bounded() {
    EndpointOptions options;
    options.max_conns = 1;
    return options;
  }
  // Another one waits in that pool; false: the queue is full.
  bool wait(Pool& pool) {
    auto letter = static_cast<char>('a' + guests.size());
    guests.push_back(std::make_unique<Guest>(pool, world, served, letter));
    bool waits = false;
    world.time.in_turn([&] { waits = pool.queue().add(*guests.back()); });
    return waits;
  }
  // The places that were taken at first are given back, the first ones first.
  void free(std::size_t count = 1) {
    world.time.in_turn([&] {
      for (; count > 0; --count) {
        taken.front().place.give_back();
        taken.erase(taken.begin());
      }
    });
  }
  // The guest ends: its place is given back.
  void end(char letter) {
    world.time.in_turn([&] { guest(letter).place.give_back(); });
  }
  Guest& guest(char letter) { return *guests.at(static_cast<std::size_t>(letter - 'a')); }
  [[nodiscard]] std::uint32_t waiting() const { return world.observed->board().waiting(); }

  World world;
  Pool* near;
  std::unique_ptr<Pool> far;
  std::vector<Pick> taken;
  std::string served;
  std::vector<std::unique_ptr<Guest>> guests;
};

}  // namespace weir::upstream
