#include "sim/proxy/storm_backend.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

namespace weir::sim {

using Step = WireReader::Step;

namespace {

// What weir reads at once in whole_reads.
constexpr std::size_t kOneRead = 60'000;

}  // namespace

// A backend knows nothing of a connection that is not made.
bool StormBackend::can_send() const {
  memory::MemoryStream* stream = peer_.stream();
  return stream != nullptr && !peer_.closed() && !stream->other()->connecting() && !fin_sent_;
}

void StormBackend::hear(base::Stamp now) {
  std::string bytes = peer_.take();
  if (tunnel_) {
    hear_tunnel(bytes);
  } else {
    reader_.add(bytes);
    for (Step step; (step = reader_.next()) != Step::kMore;) {
      REQUIRE_MESSAGE(step != Step::kBroken, "what weir sends to a backend is no request");
      step == Step::kHead ? on_head(reader_.message(), now) : on_request(reader_.message());
    }
  }
  if (!peer_.ended() || std::exchange(fin_heard_, true) || !tunnel_) return;
  const Asked& asked = ledger_.asked[*asked_];
  REQUIRE_MESSAGE(asked.up_fin, "a tunnel ended that was not ended");
  REQUIRE_MESSAGE(heard_ == asked.up, "the end of a tunnel before all has passed");
}

void StormBackend::on_head(const WireMessage& head, base::Stamp now) {
  std::string id = head.field("X-Id");
  REQUIRE(!id.empty());
  std::size_t number = std::stoul(id);
  CAPTURE(number);
  REQUIRE(number < ledger_.asked.size());
  Asked& asked = ledger_.asked[number];
  REQUIRE_MESSAGE(!last_, "a request on a connection that is not to be used again");
  REQUIRE_MESSAGE(!asked_, "a request before the answer to the one before it");
  // Of what comes too late weir may not have heard of the close yet; but it knows the time.
  if (weather_.calm) REQUIRE(now < rest_until_);
  REQUIRE(asked.begun);
  REQUIRE_MESSAGE(!asked.behind_end, "bytes behind the last request, taken for another one");
  REQUIRE((asked.fate == Fate::kProxied || asked.fate == Fate::kTooBig ||
           asked.fate == Fate::kBadBody));
  REQUIRE(head.start == asked.method + " " + asked.target + " HTTP/1.1");
  ++asked.heads;
  if (!weather_.resends && !asked.idempotent) {
    REQUIRE_MESSAGE(asked.heads == 1, "sent twice, though that may do harm");
  }
  REQUIRE(asked.heads <= (weather_.calm ? 1 : kTriesMost + 1));
  asked_ = number;
  request_whole_ = answer_over_ = false;
}

void StormBackend::on_request(const WireMessage& request) {
  Asked& asked = ledger_.asked[*asked_];
  CAPTURE(*asked_);
  REQUIRE_MESSAGE(asked.whole, "a request that its client has not sent whole");
  REQUIRE_MESSAGE(asked.fate == Fate::kProxied, "a wrong request, as if it was a good one");
  REQUIRE(request.body.size() == asked.body);
  REQUIRE(are_bytes_of(of_request(*asked_), 0, request.body));
  ++asked.done;
  request_whole_ = true;
  if (answer_over_ && !last_) asked_.reset();
}

void StormBackend::hear_tunnel(const std::string& bytes) {
  const Asked& asked = ledger_.asked[*asked_];
  REQUIRE(heard_ + bytes.size() <= asked.up);
  REQUIRE(are_bytes_of(of_tunnel_up(*asked_), heard_, bytes));
  heard_ += bytes.size();
}

void StormBackend::begin_answer() {
  told_ = ledger_.told.size();
  Told& told = ledger_.told.emplace_back();
  told.asked = *asked_;
  script_ = write_answer(dice_, weather_, *told_, ledger_.asked[*asked_], told);
  sent_ = 0;
}

void StormBackend::act(base::Stamp now) {
  if (!can_send()) return;
  if (tunnel_) return pass_on();
  if (!asked_) {
    // A connection may die at any time, mostly while nobody uses it.
    if (reader_.in_message() || !dice_.chance(20)) return;
    return dice_.chance(3) ? peer_.reset() : send_fin();
  }
  if (answer_over_) return;
  if (!told_) {
    // Some do not wait for the request to be whole.
    if (!request_whole_ && !dice_.chance(6)) return;
    begin_answer();
  }
  send_piece(now);
}

void StormBackend::go_on(base::Stamp now) {
  if (!can_send() || !asked_ || answer_over_) return;
  if (tunnel_) return pass_on();
  if (!told_) {
    if (!request_whole_ && !dice_.chance(20)) return;
    begin_answer();
  }
  send_piece(now);
}

void StormBackend::send_piece(base::Stamp now) {
  std::size_t left = script_.stop - sent_;
  if (left > 0) {
    std::size_t size = 1 + dice_.below(left);
    // The head is not what takes long.
    if (weather_.calm && sent_ < script_.head)
      size = std::max(size, (script_.head - sent_ + 1) / 2);
    if (script_.drip && sent_ >= script_.head)
      size = std::min<std::size_t>(size, 1 + dice_.below(40));
    if (script_.drip && sent_ < script_.head) size = std::min(size, script_.head - sent_);
    std::string piece = script_.text.substr(sent_, size);
    sent_ += size;
    bool stray = sent_ == script_.stop && script_.ending == Ending::kStray;
    // One that weir might not read at once could be taken for the answer to its next request.
    stray = stray && peer_.stream()->other()->inbox() + piece.size() < kOneRead;
    if (script_.ending == Ending::kStray && sent_ == script_.stop && !stray) script_.last = false;
    peer_.send(stray ? piece + kStrayAnswer : piece);
  }
  if (sent_ == script_.stop) finish_answer(now);
}

void StormBackend::finish_answer(base::Stamp now) {
  Told& told = ledger_.told[*told_];
  bool cut = script_.stop < script_.text.size() || told.bad;
  last_ = last_ || script_.last || cut;
  told.whole = !cut && (!script_.to_close || script_.ending == Ending::kFin);
  answer_over_ = true;
  if (script_.tunnel && !cut) {
    tunnel_ = true;
    return;
  }
  if (script_.rest_for != 0) rests_for_ = (script_.rest_for - 1) * std::int64_t{1'000'000'000};
  if (rests_for_ >= 0) rest_until_ = now + rests_for_;
  told_.reset();
  Ending ending = script_.ending;
  if (request_whole_ && !last_) asked_.reset();
  if (ending == Ending::kFin) send_fin();
  if (ending == Ending::kReset) peer_.reset();
}

void StormBackend::send_fin() {
  if (std::exchange(fin_sent_, true)) return;
  peer_.shut_down();
}

void StormBackend::close_idle() {
  if (!can_send() || asked_ || reader_.in_message()) return;
  // Behind an answer that weir has not read yet the next request may cross with it; it may be here
  // already, where we do not read.
  if (peer_.stream()->other()->inbox() == 0 && peer_.stream()->inbox() == 0) send_fin();
}

void StormBackend::pass_on() {
  Asked& asked = ledger_.asked[*asked_];
  std::size_t size = dice_.below(dice_.chance(4) ? 4'000 : 30);
  peer_.send(bytes_of(of_tunnel_down(*asked_), asked.down, size));
  asked.down += size;
  if (weather_.calm || !dice_.chance(20)) return;
  if (dice_.chance(3)) return peer_.reset();
  end();
}

void StormBackend::end() {
  if (!tunnel_ || !can_send()) return;
  ledger_.asked[*asked_].down_fin = true;
  send_fin();
}

void StormBackend::pause() {
  if (peer_.stream() != nullptr) peer_.stream()->pause();
}

void StormBackend::resume() {
  if (peer_.stream() != nullptr) peer_.stream()->resume();
}

}  // namespace weir::sim
