#include "upstream/place.h"

#include "upstream/endpoint_slot.h"

namespace weir::upstream {

Place Place::take(EndpointSlot& slot) {
  return slot.endpoint->try_enter(slot.max_conns) ? Place(slot) : Place();
}

void Place::leave() { std::exchange(slot_, nullptr)->endpoint->leave(); }

}  // namespace weir::upstream
