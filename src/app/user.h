#pragma once

#include "base/result.h"
#include "config/config.h"

namespace weir::app {

// This process may become another user: it is root's.
bool is_root();

// Becomes the user with its group, in all threads and for good, and leaves all other groups. The
// error says what the system did not allow.
base::Result<base::Done> become(const config::User& user);

}  // namespace weir::app
