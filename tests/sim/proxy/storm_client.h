#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "sim/proxy/ledger.h"
#include "sim/proxy/scripts.h"
#include "sim/proxy/wire_reader.h"
#include "support/memory/memory_peer.h"
#include "support/seeds.h"

namespace weir::sim {

// The connection of this end is no more, and nothing is on its way here any more.
inline bool has_heard_all(memory::MemoryPeer& peer) {
  if (peer.stream() == nullptr) return true;
  bool told = peer.ended() || peer.error().has_value();
  return peer.closed() && told && peer.stream()->inbox() == 0 && peer.received().empty();
}

// A client of the storm: asks in every way, and holds each answer against the ledger.
class StormClient {
 public:
  // All outlive it.
  StormClient(memory::MemoryPeer& peer, Ledger& ledger, support::Dice& dice, const Weather& weather)
      : peer_(peer), ledger_(ledger), dice_(dice), weather_(weather) {}

  // Has another request to send.
  void ask();
  // Sends some of what it has to send, to its tunnel too.
  void go_on();
  // Takes what came, and checks it.
  void hear();
  // Stops reading, or goes on.
  void pause();
  void resume();
  // From here on it may be too late for an answer.
  void be_slow() { was_slow_ = true; }
  // Goes, or sends FIN, in one way or another.
  void leave();
  // Sends FIN behind what was sent through its tunnel; closes any other connection.
  void end();

  // Its connection is no more, and it has heard all.
  [[nodiscard]] bool gone() const { return has_heard_all(peer_); }
  [[nodiscard]] bool in_tunnel() const { return tunnel_; }
  // It has something to send.
  [[nodiscard]] bool sending() const { return !to_send_.empty(); }
  // It sent a whole request and waits for the answer, which it may expect.
  [[nodiscard]] bool waiting() const;
  // Behind its end: nothing was lost that was to come here.
  void check_end() const;

 private:
  struct Sending {
    std::size_t number;
    std::string text;
    std::size_t sent;
    bool drip;
  };

  void read_answers();
  void on_head(const WireMessage& head);
  void on_answer(const WireMessage& answer);
  void check_own(const Asked& asked, const WireMessage& answer) const;
  void check_told(std::size_t number, const WireMessage& answer) const;
  void hear_tunnel(const std::string& bytes);
  void on_fin();
  void send_fin();
  void close();
  void note_fin();
  [[nodiscard]] bool can_send() const { return peer_.stream() != nullptr && !peer_.closed(); }

  memory::MemoryPeer& peer_;
  Ledger& ledger_;
  support::Dice& dice_;
  const Weather& weather_;
  WireReader reader_{WireReader::Reads::kAnswers};
  std::deque<Sending> to_send_;
  std::deque<std::size_t> open_;  // numbers of requests without an answer, in order
  std::size_t heard_ = 0;         // of the tunnel
  bool sent_last_ = false;        // what it asks from here on may not be taken for a request
  bool told_last_ = false;        // an answer said that it was the last
  bool tunnel_ = false;
  bool fin_sent_ = false;
  bool fin_heard_ = false;
  bool left_ = false;      // it went by itself, or might have
  bool was_slow_ = false;  // it has stopped reading at some time
  bool deaf_ = false;      // nothing of what comes can be understood any more
};

}  // namespace weir::sim
