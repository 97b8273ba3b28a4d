#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/socket_file.h"
#include "base/ref.h"
#include "base/result.h"
#include "config/config.h"
#include "net/address.h"
#include "net/descriptor.h"
#include "server/observed.h"

namespace weir::app {

// A listener of the process that is bound: where it was asked for, and what is observed of it under
// the address that it got.
struct BoundListener : base::Counted {
  net::Address asked;
  base::SharedRef<server::ObservedListener> observed;
  std::optional<SocketFile> file;  // of a unix socket
};

// All listening sockets of the process. They stay over reloads: a new configuration binds only what
// it has anew. Control thread.
class Listeners {
 public:
  // A configuration's listeners, in its order, before it is taken up.
  struct Plan {
    std::vector<base::Ref<BoundListener>> bound;
    // By worker and listener: none for a listener that was bound before.
    std::vector<std::vector<net::Descriptor>> sockets;
    [[nodiscard]] std::vector<base::SharedRef<server::ObservedListener>> observed() const;
  };

  // Binds what is new, for each of the workers, and changes nothing. The error says what to do.
  [[nodiscard]] base::Result<Plan> prepare(const std::vector<config::ListenerConfig>& configured,
                                           unsigned workers) const;
  // The plan's listeners are those of the process from now on; says of the new ones on standard
  // error that they listen.
  void commit(const Plan& plan);

  [[nodiscard]] const std::vector<base::Ref<BoundListener>>& bound() const { return bound_; }

 private:
  std::vector<base::Ref<BoundListener>> bound_;
};

// Says so on standard error: "weir: WHAT listening on ADDRESS".
void say_listening(const char* what, const std::string& address);

}  // namespace weir::app
