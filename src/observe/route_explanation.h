#pragma once

#include "observe/backend_explanation.h"

namespace weir::observe {

// The part of put_explanation for a request that no route took: the nearest route and what it
// failed on (`no route: nearest 'orders' failed on headers X-Beta: 1`). Asks the router anew, which
// costs what a look-up costs and, where no route has host and path, a look at each: for lines that
// are written, not for requests.
void put_route_explanation(const Explained& c);

}  // namespace weir::observe
