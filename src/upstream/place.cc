#include "upstream/place.h"

#include "upstream/endpoint_slot.h"
#include "upstream/pool.h"

namespace weir::upstream {

Place Place::take(EndpointSlot& slot) {
  return slot.endpoint->try_enter(slot.max_conns) ? Place(slot) : Place();
}

void Place::leave() {
  EndpointSlot& slot = *std::exchange(slot_, nullptr);
  slot.endpoint->leave();
  slot.pool.on_place_left();
}

}  // namespace weir::upstream
