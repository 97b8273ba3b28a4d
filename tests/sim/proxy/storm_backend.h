#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/clock.h"
#include "sim/proxy/ledger.h"
#include "sim/proxy/scripts.h"
#include "sim/proxy/storm_client.h"
#include "sim/proxy/wire_reader.h"
#include "support/memory/memory_peer.h"
#include "support/seeds.h"

namespace weir::sim {

// A backend's end of one connection: reads requests, holds them against the ledger, and answers in
// every way.
class StormBackend {
 public:
  // All outlive it.
  StormBackend(memory::MemoryPeer& peer, Ledger& ledger, support::Dice& dice,
               const Weather& weather)
      : peer_(peer), ledger_(ledger), dice_(dice), weather_(weather) {}

  // Takes what came, and checks it.
  void hear(base::Stamp now);
  // Does something, or nothing.
  void act(base::Stamp now);
  // Goes on with what it owes, in calm weather.
  void go_on(base::Stamp now);
  // Closes the connection while no request is on it.
  void close_idle();
  void pause();
  void resume();
  // Sends FIN through its tunnel.
  void end();

  [[nodiscard]] bool gone() const { return has_heard_all(peer_); }
  [[nodiscard]] bool in_tunnel() const { return tunnel_; }
  // It has read a request, or a part of one, that it has not answered to the end.
  [[nodiscard]] bool owes() const { return asked_.has_value() && !tunnel_; }

 private:
  void on_head(const WireMessage& head, base::Stamp now);
  void on_request(const WireMessage& request);
  void hear_tunnel(const std::string& bytes);
  void begin_answer();
  void send_piece(base::Stamp now);
  void finish_answer(base::Stamp now);
  void send_fin();
  void pass_on();
  [[nodiscard]] bool can_send() const;

  memory::MemoryPeer& peer_;
  Ledger& ledger_;
  support::Dice& dice_;
  const Weather& weather_;
  WireReader reader_{WireReader::Reads::kRequests};
  std::optional<std::size_t> asked_;  // number of the request that is on
  std::optional<std::size_t> told_;   // number of the answer to it
  AnswerScript script_;
  std::size_t sent_ = 0;        // of it
  bool request_whole_ = false;  // of asked_
  bool answer_over_ = false;    // nothing more is sent of script_
  bool last_ = false;           // no request may come any more
  bool tunnel_ = false;
  bool fin_sent_ = false;
  bool fin_heard_ = false;
  std::size_t heard_ = 0;       // of the tunnel
  base::Stamp rests_for_ = -1;  // ns; what it promised last, without the second of grace
  base::Stamp rest_until_ = base::kNever;
};

}  // namespace weir::sim
