#include "sim/proxy/storm_client.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace weir::sim {

using Step = WireReader::Step;

void StormClient::ask() {
  // Behind a wish for another protocol nobody knows what the bytes are.
  if (tunnel_ || fin_sent_ || to_send_.size() > 8) return;
  if (!open_.empty() && ledger_.asked[open_.back()].upgrade) return;
  std::size_t number = ledger_.asked.size();
  Asked& asked = ledger_.asked.emplace_back();
  bool last = false;
  std::string text = write_request(dice_, number, asked, last);
  asked.behind_end = sent_last_;
  sent_last_ = sent_last_ || last;
  bool drip = weather_.drips_up && asked.body != 0 && asked.body < kDripMost && dice_.chance(6);
  to_send_.push_back({number, std::move(text), 0, drip});
  open_.push_back(number);
}

void StormClient::go_on() {
  if (!can_send() || fin_sent_) return;
  // Who writes into a close without reading may lose the answer that is there.
  if (weather_.calm) resume();
  if (tunnel_) {
    Asked& asked = ledger_.asked[open_.front()];
    std::size_t size = dice_.below(dice_.chance(4) ? 4'000 : 30);
    peer_.send(bytes_of(of_tunnel_up(open_.front()), asked.up, size));
    asked.up += size;
    return;
  }
  if (to_send_.empty()) return;
  std::string piece;
  std::size_t left = 0;
  for (const Sending& one : to_send_) left += one.text.size() - one.sent;
  std::size_t size = 1 + dice_.below(left);
  // A first head has no more time than was left since the connection was accepted.
  if (weather_.calm && to_send_.front().sent == 0) {
    size = std::max(size, to_send_.front().text.find("\r\n\r\n") + 4);
  }
  while (size > 0 && !to_send_.empty()) {
    Sending& one = to_send_.front();
    // A head comes at once, its body by and by.
    std::size_t body = one.text.find("\r\n\r\n") + 4;
    if (one.drip && one.sent >= body) size = std::min<std::size_t>(size, 1 + dice_.below(40));
    std::size_t count = std::min(size, one.text.size() - one.sent);
    if (one.drip && one.sent < body) count = std::min(count, body - one.sent);
    piece.append(one.text, one.sent, count);
    one.sent += count;
    size -= count;
    Asked& asked = ledger_.asked[one.number];
    asked.begun = true;
    for (std::size_t open : open_) ledger_.asked[open].followed |= open < one.number;
    bool stop = one.drip;
    if (one.sent == one.text.size()) {
      asked.whole = true;
      to_send_.pop_front();
    }
    if (stop) break;
  }
  peer_.send(piece);
}

void StormClient::hear() {
  if (tunnel_) {
    hear_tunnel(peer_.take());
  } else {
    std::string bytes = peer_.take();
    if (!deaf_) reader_.add(bytes);
    read_answers();
  }
  if (peer_.ended() && !std::exchange(fin_heard_, true)) on_fin();
}

void StormClient::read_answers() {
  for (;;) {
    bool to_head = false;
    if (!open_.empty()) {
      const Asked& asked = ledger_.asked[open_.front()];
      to_head = asked.whole && asked.method == "HEAD" && asked.fate != Fate::kBad;
    }
    switch (reader_.next(to_head)) {
      case Step::kMore:
        return;
      case Step::kBroken:
        REQUIRE_MESSAGE(false, "what weir sends to a client is no answer");
        return;
      case Step::kHead:
        on_head(reader_.message());
        if (tunnel_) return hear_tunnel(reader_.take_rest());
        break;
      case Step::kEnd:
        if (reader_.message().status >= 200) on_answer(reader_.message());
        if (deaf_) return;
        break;
    }
  }
}

void StormClient::on_head(const WireMessage& head) {
  REQUIRE_MESSAGE(!told_last_, "an answer behind the last one");
  REQUIRE_MESSAGE(!open_.empty(), "an answer to nothing");
  Asked& asked = ledger_.asked[open_.front()];
  REQUIRE_MESSAGE(asked.begun, "an answer to what was not asked yet");
  REQUIRE_MESSAGE(!asked.behind_end, "an answer to what stands behind the last request");
  REQUIRE_MESSAGE(head.field("X-Stray").empty(), "an answer that nobody asked for");
  if (head.status >= 200) return;
  REQUIRE_MESSAGE(!asked.http10, "a 1xx to a client of HTTP/1.0");
  if (head.status != 101) return;
  REQUIRE_MESSAGE(asked.upgrade, "another protocol that nobody asked for");
  check_told(open_.front(), head);
  asked.answered = tunnel_ = true;
}

void StormClient::on_answer(const WireMessage& answer) {
  std::size_t number = open_.front();
  Asked& asked = ledger_.asked[number];
  open_.pop_front();
  bool own = answer.field("X-Told").empty();
  own ? check_own(asked, answer) : check_told(number, answer);
  asked.answered = true;
  bool close = answer.field("Connection") == "close" || answer.to_close;
  // Weir may not have read the method yet: then there is a body that nobody can tell.
  deaf_ = own && close && asked.method == "HEAD" && answer.status >= 400;
  told_last_ = told_last_ || close;
  // What is logged has the status that the client sees.
  if (asked.logged == 1) CHECK(asked.status == answer.status);
}

// An answer of weir's own.
void StormClient::check_own(const Asked& asked, const WireMessage& answer) const {
  unsigned status = answer.status;
  bool to_head = asked.method == "HEAD";
  switch (asked.fate) {
    case Fate::kFixed:
      if (status == 200) REQUIRE(answer.body == (to_head ? "" : "hello"));
      if (weather_.calm) REQUIRE(status == 200);
      break;
    case Fate::kNowhere:
      REQUIRE((status == 404 || (status == 408 && !weather_.calm)));
      break;
    case Fate::kTooBig:
      if (weather_.calm) REQUIRE(status == 413);
      break;
    case Fate::kBad:
    case Fate::kBadBody:
      if (weather_.calm) REQUIRE((status >= 400 && status != 404 && status < 506));
      break;
    case Fate::kProxied:
      CAPTURE(status);
      REQUIRE_MESSAGE(!weather_.calm, "weir failed though nobody else did");
      REQUIRE((status == 408 || status == 502 || status == 503 || status == 504));
      break;
  }
  if (asked.fate != Fate::kFixed && asked.fate != Fate::kNowhere) REQUIRE(status >= 400);
}

// An answer of a backend: the right one, and all of it.
void StormClient::check_told(std::size_t number, const WireMessage& answer) const {
  std::size_t id = std::stoul(answer.field("X-Told"));
  REQUIRE(id < ledger_.told.size());
  const Told& told = ledger_.told[id];
  const Asked& asked = ledger_.asked[number];
  CAPTURE(number);
  CAPTURE(id);
  REQUIRE_MESSAGE(told.asked == number, "the answer to another request");
  REQUIRE(answer.field("X-Id") == std::to_string(number));
  REQUIRE((asked.fate != Fate::kFixed && asked.fate != Fate::kNowhere && asked.fate != Fate::kBad));
  REQUIRE(answer.status == told.status);
  REQUIRE_MESSAGE(!told.bad, "a malformed answer, as if it was a good one");
  if (told.status == 101) return;
  bool bare = asked.method == "HEAD" || told.status == 204 || told.status == 304;
  REQUIRE_MESSAGE(answer.body.size() == (bare ? 0 : told.body), "a part of a body, as if whole");
  REQUIRE_MESSAGE(are_bytes_of(of_answer(id), 0, answer.body), "the body of another answer");
  REQUIRE_MESSAGE(told.whole, "a cut answer, as if it was whole");
}

void StormClient::hear_tunnel(const std::string& bytes) {
  const Asked& asked = ledger_.asked[open_.front()];
  REQUIRE(heard_ + bytes.size() <= asked.down);
  REQUIRE(are_bytes_of(of_tunnel_down(open_.front()), heard_, bytes));
  heard_ += bytes.size();
}

void StormClient::on_fin() {
  if (tunnel_) {
    const Asked& asked = ledger_.asked[open_.front()];
    REQUIRE_MESSAGE(asked.down_fin, "a tunnel ended that was not ended");
    REQUIRE_MESSAGE(heard_ == asked.down, "the end of a tunnel before all has passed");
    return;
  }
  if (!deaf_ && reader_.finish() == Step::kEnd) on_answer(reader_.message());
}

void StormClient::pause() {
  if (peer_.stream() == nullptr) return;
  was_slow_ = true;
  peer_.stream()->pause();
}

void StormClient::resume() {
  if (peer_.stream() != nullptr) peer_.stream()->resume();
}

void StormClient::leave() {
  if (peer_.stream() == nullptr) return;
  left_ = true;
  switch (dice_.below(3)) {
    case 0:
      return send_fin();
    case 1:
      return close();
    default:
      peer_.reset();
  }
}

void StormClient::end() {
  if (peer_.stream() == nullptr) return;
  if (tunnel_) return send_fin();
  left_ = true;
  close();
}

void StormClient::send_fin() {
  if (std::exchange(fin_sent_, true)) return;
  note_fin();
  peer_.shut_down();
}

void StormClient::close() {
  // Who does not read what came sends RST.
  if (peer_.stream()->inbox() == 0) note_fin();
  peer_.close();
}

// A tunnel, also one that is still asked for, may end by it.
void StormClient::note_fin() {
  if (open_.empty()) return;
  Asked& asked = ledger_.asked[open_.back()];
  asked.up_fin = asked.up_fin || asked.upgrade;
}

bool StormClient::waiting() const {
  if (tunnel_ || told_last_ || left_ || gone() || open_.empty()) return false;
  const Asked& asked = ledger_.asked[open_.front()];
  return asked.whole && !asked.behind_end;
}

void StormClient::check_end() const {
  if (left_ || was_slow_) return;
  for (std::size_t number : open_) {
    const Asked& asked = ledger_.asked[number];
    CAPTURE(number);
    // It may have been told, and the end of the connection with it.
    if (may_be_reset(asked)) return;
    REQUIRE_MESSAGE((!asked.told_right || asked.answered), "an answer got lost");
    bool owed = weather_.calm && asked.whole && !asked.behind_end && !told_last_;
    REQUIRE_MESSAGE((!owed || asked.answered || may_be_cut(asked)), "a request got lost");
  }
}

}  // namespace weir::sim
