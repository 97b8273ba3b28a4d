#pragma once

#include <string>

#include "admin/status.h"

namespace weir::admin {

// Appends the status page, plain HTML without scripts: version, uptime, the other pages, and each
// pool's endpoints with their state. Pure.
void put_status_page(const Status& status, std::string& page);

}  // namespace weir::admin
