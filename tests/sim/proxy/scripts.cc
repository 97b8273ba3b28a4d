#include "sim/proxy/scripts.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace weir::sim {

using support::Dice;

namespace {

constexpr std::string_view kHandshake =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
constexpr std::string_view kSwitch =
    "Connection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

std::string hex(std::size_t value) {
  std::string text;
  for (; value > 0; value >>= 4) text.insert(text.begin(), "0123456789abcdef"[value & 15]);
  return text.empty() ? "0" : text;
}

std::size_t draw_size(Dice& dice) {
  switch (dice.below(12)) {
    case 0:
      return dice.below(40'000);
    case 1:
    case 2:
    case 3:
      return dice.below(4'000);
    case 4:
      return 0;
    default:
      return dice.below(200);
  }
}

std::string chunked(Dice& dice, const std::string& body, bool trailers) {
  std::string text;
  for (std::size_t at = 0; at < body.size();) {
    std::size_t size = 1 + dice.below(dice.chance(3) ? body.size() - at : 300);
    size = std::min(size, body.size() - at);
    text += hex(size) + (dice.chance(8) ? ";a=b" : "") + "\r\n" + body.substr(at, size) + "\r\n";
    at += size;
  }
  return text + "0\r\n" + (trailers ? "X-Trailer: t\r\n\r\n" : "\r\n");
}

std::string write_bad_request(Dice& dice, const std::string& id) {
  constexpr std::string_view kBad[] = {
      "GET\r\n\r\n",
      "GET /open/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n%\r\n",
      "GET /open/ HTTP/1.1\r\n%\r\n",
      "GET /open/ HTTP/1.1\r\nHost : a\r\n%\r\n",
      "GET /open/ HTTP/1.1\r\nHost: a\r\n%A\r\n\r\n",
      "GET /open/ HTTP/1.1\r\nHost: a\r\n%X: a\rb\r\n\r\n",
      "POST /open/ HTTP/1.1\r\nHost: a\r\n%Content-Length: +1\r\n\r\nx",
      "POST /open/ HTTP/1.1\r\nHost: a\r\n%Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
      "PUT / HTTP/1.1\r\nHost: a\r\n%Content-Length: 5\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\n\r\n",
      "POST /open/ HTTP/1.1\r\nHost: a\r\n%Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
      "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n%\r\n",
      "GET /open/ HTTP/3.0\r\nHost: a\r\n%\r\n",
  };
  std::string text(kBad[dice.below(std::size(kBad))]);
  auto at = text.find('%');
  if (at != std::string::npos) text.replace(at, 1, id);
  return text;
}

// The body, in one of the framings that the version has.
std::string write_body(Dice& dice, std::size_t number, Asked& asked) {
  asked.body = draw_size(dice);
  bool small = asked.target.starts_with("/small/");
  // Around the bound, and mostly below.
  if (small && !dice.chance(4)) asked.body %= kSmallBody + 1;
  if (small && asked.body > kSmallBody) asked.fate = Fate::kTooBig;
  std::string body = bytes_of(of_request(number), 0, asked.body);
  bool waits = !asked.http10 && dice.chance(6);
  std::string expect = waits ? "Expect: 100-continue\r\n" : "";
  if (asked.http10 || dice.chance(2)) {
    return expect + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  std::string text = chunked(dice, body, dice.chance(4));
  if (asked.fate == Fate::kProxied && dice.chance(12)) {
    asked.fate = Fate::kBadBody;
    text.replace(text.size() - 2, 2, dice.chance(2) ? "X: a\rb\r\n\r\n" : "no field\r\n\r\n");
  }
  return expect + "Transfer-Encoding: chunked\r\n\r\n" + text;
}

}  // namespace

std::string write_request(Dice& dice, std::size_t number, Asked& asked, bool& last) {
  std::string id = "X-Id: " + std::to_string(number) + "\r\n";
  constexpr const char* kMethods[] = {"GET", "GET", "GET", "HEAD", "POST", "POST", "PUT", "DELETE"};
  asked.method = kMethods[dice.below(std::size(kMethods))];
  asked.target = (dice.chance(3) ? "/small/" : "/open/") + std::to_string(number);
  asked.idempotent = asked.method != "POST";
  bool has_body = asked.method == "POST" || asked.method == "PUT";
  last = false;
  if (dice.chance(24)) {
    asked.fate = Fate::kBad;
    last = true;
    return write_bad_request(dice, id);
  }
  if (!has_body && dice.chance(8)) {
    asked.fate = dice.chance(2) ? Fate::kFixed : Fate::kNowhere;
    asked.target = asked.fate == Fate::kFixed ? "/fixed" : "/nowhere";
  } else if (dice.chance(12)) {
    asked.method = "GET";
    asked.idempotent = asked.upgrade = true;
    return "GET " + asked.target + " HTTP/1.1\r\nHost: a\r\n" + id + std::string(kHandshake) +
           "\r\n";
  }
  asked.http10 = dice.chance(12);
  std::string text = asked.method + " " + asked.target;
  text += asked.http10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\nHost: a\r\n";
  text += id;
  if (asked.http10 ? dice.chance(2) : dice.chance(16)) {
    text += asked.http10 ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
    last = !asked.http10;
  } else {
    last = asked.http10;
  }
  if (dice.chance(8)) text += "X-Filler: " + std::string(dice.below(2'000), 'f') + "\r\n";
  text += has_body ? write_body(dice, number, asked) : "\r\n";
  last = last || asked.fate == Fate::kTooBig || asked.fate == Fate::kBadBody;
  return text;
}

namespace {

// No answer, or one that goes wrong within its body, which an answer to HEAD has not.
std::string write_bad_answer(Dice& dice, const std::string& marks, bool to_head) {
  constexpr std::string_view kBad[] = {
      "HTTP/1.1 200 OK\r\n%Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
      "HTTP/1.1 200 OK\r\n%Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\n%Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nno trailer\r\n\r\n",
      "HTTP/1.1 2x0 OK\r\n%Content-Length: 0\r\n\r\n",
      "HTTQ/1.1 200 OK\r\n%Content-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\n%Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
      "HTTP/1.1 200 OK\r\n%Content-Length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\n%Transfer-Encoding: gzip\r\n\r\nxx",
      "HTTP/1.1 200 OK\r\n%X-A : b\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\n%X-A: b\rc\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\n%Connection: Upgrade\r\nUpgrade: other\r\n\r\n",
      "it is late\r\n\r\n",
  };
  constexpr std::size_t kInBody = 3;
  std::size_t first = to_head ? kInBody : 0;
  std::string text(kBad[first + dice.below(std::size(kBad) - first)]);
  auto at = text.find('%');
  if (at != std::string::npos) text.replace(at, 1, marks);
  return text;
}

std::string write_interim(Dice& dice) {
  std::string text;
  if (dice.chance(4)) text += "HTTP/1.1 100 Continue\r\n\r\n";
  if (!dice.chance(5)) return text;
  for (std::size_t i = 1 + dice.below(3); i > 0; --i) {
    text += "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  }
  return text;
}

// How the connection goes on, as the head says it.
std::string write_connection(Dice& dice, bool http10, AnswerScript& script) {
  if (http10) {
    bool stays = dice.chance(3);
    script.last = !stays;
    return stays ? "Connection: keep-alive\r\n" : "";
  }
  if (dice.chance(10)) {
    script.last = true;
    return "Connection: close\r\n";
  }
  if (!dice.chance(6)) return "";
  script.rest_for = static_cast<unsigned>(1 + dice.below(4));
  return "Keep-Alive: timeout=" + std::to_string(script.rest_for) + "\r\n";
}

void add_body(Dice& dice, AnswerScript& script, bool http10, bool bare, std::size_t number,
              std::size_t size) {
  std::string body = bytes_of(of_answer(number), 0, size);
  std::size_t way = dice.below(5);
  std::string frame = "Content-Length: " + std::to_string(size) + "\r\n";
  if (way < 2 && !http10) frame = "Transfer-Encoding: chunked\r\n";
  script.to_close = way == 2 && !bare;
  if (script.to_close) frame.clear();
  script.text += frame + "\r\n";
  script.head = script.text.size();
  if (bare) return;
  script.text += way < 2 && !http10 ? chunked(dice, body, dice.chance(3)) : body;
  if (!script.to_close) return;
  script.last = true;
  script.ending = Ending::kFin;
}

void add_faults(Dice& dice, const Weather& weather, AnswerScript& script) {
  if (script.last && dice.chance(2)) script.ending = Ending::kFin;
  if (weather.calm) return;
  if (weather.whole_reads && !script.last && dice.chance(8)) {
    script.ending = Ending::kStray;
    script.last = true;
  } else if (dice.chance(6)) {
    script.stop = dice.below(script.text.size());
    constexpr Ending kEndings[] = {Ending::kReset, Ending::kStall, Ending::kFin};
    // FIN would be the right end of an answer without a length.
    script.ending = kEndings[dice.below(script.to_close ? 2 : 3)];
  } else if (dice.chance(12)) {
    script.ending = Ending::kReset;
  }
}

}  // namespace

AnswerScript write_answer(Dice& dice, const Weather& weather, std::size_t number,
                          const Asked& asked, Told& told) {
  AnswerScript script;
  std::string marks =
      "X-Told: " + std::to_string(number) + "\r\nX-Id: " + std::to_string(told.asked) + "\r\n";
  script.text = write_interim(dice);
  if (!weather.calm && dice.chance(12)) {
    told.bad = script.last = true;
    script.text += write_bad_answer(dice, marks, asked.method == "HEAD");
    script.head = script.stop = script.text.size();
    constexpr Ending kEndings[] = {Ending::kReset, Ending::kStall, Ending::kFin};
    script.ending = kEndings[dice.below(3)];
    return script;
  }
  if (asked.upgrade && !dice.chance(3)) {
    told.status = 101;
    script.tunnel = script.last = true;
    script.text += "HTTP/1.1 101 Switching Protocols\r\n" + marks + std::string(kSwitch) + "\r\n";
    script.head = script.stop = script.text.size();
    return script;
  }
  constexpr unsigned kStatuses[] = {200, 200, 200, 200, 201, 204, 304, 302, 404, 500, 503};
  told.status = kStatuses[dice.below(std::size(kStatuses))];
  bool empty = told.status == 204 || told.status == 304;
  bool bare = asked.method == "HEAD" || empty;
  bool http10 = dice.chance(8);
  told.body = empty ? 0 : draw_size(dice);
  script.text += std::string("HTTP/1.") + (http10 ? "0 " : "1 ") + std::to_string(told.status) +
                 " So\r\n" + marks + write_connection(dice, http10, script);
  if (told.status == 204) {
    script.text += "\r\n";
    script.head = script.text.size();
  } else {
    add_body(dice, script, http10, bare, number, told.body);
  }
  script.stop = script.text.size();
  script.drip = weather.drips && told.body < kDripMost && dice.chance(6);
  add_faults(dice, weather, script);
  return script;
}

}  // namespace weir::sim
