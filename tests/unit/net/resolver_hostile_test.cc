#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "net/resolver.h"
#include "unit/net/asked.h"
#include "unit/net/live.h"

namespace weir::net {

namespace {

constexpr std::uint16_t kA = 1;
constexpr std::uint16_t kAaaa = 28;

// Bytes of a literal, with the zeros among them.
template <std::size_t kSize>
std::string raw(const char (&text)[kSize]) {
  return {text, kSize - 1};
}

// A server that sends whatever a test says for each question. Played by the test's own thread,
// between the loop's wake-ups.
class Liar {
 public:
  using Script = std::function<std::vector<std::string>(const std::string& question)>;

  explicit Liar(Script script)
      : script_(std::move(script)), socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    at_ = literal(Address{"127.0.0.1", 0, false}).value();
    REQUIRE(::bind(socket_.get(), at_.get(), at_.length) == 0);
    REQUIRE(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&at_.storage), &at_.length) ==
            0);
  }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_of(at_)); }
  // Answers what has come.
  void play() {
    std::array<char, 2048> bytes;
    SocketAddress from;
    from.length = sizeof(from.storage);
    auto* to = reinterpret_cast<sockaddr*>(&from.storage);
    for (ssize_t got; (got = ::recvfrom(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT, to,
                                        &from.length)) > 0;) {
      for (const auto& reply : script_({bytes.data(), static_cast<std::size_t>(got)}))
        ::sendto(socket_.get(), reply.data(), reply.size(), 0, to, from.length);
    }
  }

 private:
  Script script_;
  Descriptor socket_;
  SocketAddress at_;
};

std::string number(std::uint16_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}

std::uint16_t type_of(const std::string& question) {
  auto byte = [&](std::size_t at) { return static_cast<unsigned char>(question[at]); };
  return static_cast<std::uint16_t>(byte(question.size() - 4) * 256 + byte(question.size() - 3));
}

// An answer's head with the question (RFC 1035 section 4.1): flags, and how many records follow.
std::string head(const std::string& question, std::uint16_t flags, std::uint16_t answers) {
  return question.substr(0, 2) + number(flags) + raw("\0\1") + number(answers) + raw("\0\0\0\0") +
         question.substr(12);
}

// A record for the name asked for.
std::string record(std::uint16_t type, const std::string& data,
                   const std::string& ttl = raw("\0\0\0\5")) {
  return raw("\xc0\x0c") + number(type) + raw("\0\1") + ttl +
         number(static_cast<std::uint16_t>(data.size())) + data;
}

std::string good(const std::string& question) {
  return type_of(question) == kA ? head(question, 0x8180, 1) + record(kA, raw("\x7f\0\0\1"))
                                 : head(question, 0x8180, 0);
}

LookupAnswer ask(Liar& liar, base::Duration timeout = base::Duration(100)) {
  Live live;
  auto options = ask_at({liar.address()});
  options.timeout = timeout;
  Resolver resolver(live.loop, options);
  return Asked(live, resolver, "app.test").wait([&] { liar.play(); });
}

}  // namespace

TEST_CASE("a server's failures are told apart") {
  constexpr std::array<std::pair<std::uint16_t, const char*>, 5> kCodes = {{
      {1, " does not understand the question (FORMERR)"},
      {2, " failed (SERVFAIL)"},
      {4, " does not know the question (NOTIMP)"},
      {5, " refuses to answer (REFUSED)"},
      {9, nullptr},  // none that a resolver's answer has
  }};
  for (const auto& entry : kCodes) {
    auto flags = static_cast<std::uint16_t>(0x8180 | entry.first);
    CAPTURE(flags);
    Liar liar([&](const std::string& question) { return std::vector{head(question, flags, 0)}; });
    auto answer = ask(liar, kPatience);
    CHECK(answer.result != LookupResult::kOk);
    if (entry.second == nullptr) continue;
    CHECK(answer.result == LookupResult::kError);
    CHECK(answer.error == liar.address() + entry.second);
  }
}

TEST_CASE(
    "a server that answers for one kind of address only has said what there is when time is up") {
  for (std::uint16_t answered : {kA, kAaaa}) {
    Liar liar([&](const std::string& question) {
      if (type_of(question) != answered) return std::vector<std::string>{};
      return std::vector{head(question, 0x8180, 1) +
                         record(answered, std::string(answered == kA ? 4 : 16, '\1'))};
    });
    auto answer = ask(liar);
    CHECK(answer.result == LookupResult::kOk);
    CHECK(answer.addresses.size() == 1);
    CHECK(answer.ttl == std::chrono::seconds(5));
  }
}

TEST_CASE("what is no answer to the question is passed over") {
  Liar liar([](const std::string& question) {
    std::string other_id = good(question);
    other_id[0] = static_cast<char>(other_id[0] + 1);
    return std::vector{std::string(), std::string("x"), question.substr(0, 11), other_id,
                       good(question)};
  });
  auto answer = ask(liar, kPatience);
  CHECK(texts(answer) == std::vector<std::string>{"127.0.0.1"});
}

TEST_CASE("a time to live with the topmost bit set is none") {
  Liar liar([](const std::string& question) {
    return std::vector{head(question, 0x8180, 1) +
                       record(kA, raw("\x7f\0\0\1"), raw("\xff\xff\xff\xff"))};
  });
  CHECK(ask(liar, kPatience).ttl == std::chrono::seconds(1));
}

TEST_CASE("malformed answers harm nobody") {
  using Make = std::string (*)(const std::string&);
  constexpr std::array<Make, 12> kBad = {
      [](const std::string& q) { return q; },  // a question
      [](const std::string& q) { return head(q, 0x8180, 1); },
      [](const std::string& q) { return head(q, 0x8180, 0xffff) + record(kA, raw("\x7f\0\0\1")); },
      [](const std::string& q) { return head(q, 0x8180, 1) + record(kA, raw("\x7f\0\0")); },
      [](const std::string& q) { return head(q, 0x8180, 1) + record(kA, ""); },
      [](const std::string& q) { return head(q, 0x8180, 1) + record(kAaaa, std::string(15, 'x')); },
      // An alias of itself, a pointer to itself, a pointer behind the end, a label cut short.
      [](const std::string& q) { return head(q, 0x8180, 1) + record(5, raw("\xc0\x0c")); },
      [](const std::string& q) {
        std::string bytes = head(q, 0x8180, 1);
        return bytes + number(static_cast<std::uint16_t>(0xc000 + bytes.size())) + raw("\0\1\0\1");
      },
      [](const std::string& q) { return head(q, 0x8180, 1) + record(5, raw("\xff\xff")); },
      [](const std::string& q) {
        return head(q, 0x8180, 1) + record(5,
                                           "\x3f"
                                           "ab");
      },
      // No question; cut off without TCP there to ask again.
      [](const std::string& q) { return q.substr(0, 2) + raw("\x81\x80\0\0\0\1\0\0\0\0"); },
      [](const std::string& q) { return head(q, 0x8380, 0); },
  };
  for (std::size_t i = 0; i < kBad.size(); ++i) {
    CAPTURE(i);
    Liar liar([&](const std::string& question) { return std::vector{kBad[i](question)}; });
    auto answer = ask(liar);
    CHECK(answer.result != LookupResult::kOk);
    CHECK_FALSE(answer.error.empty());
  }
}

TEST_CASE("answers with bytes changed, cut or added at random harm nobody") {
  std::mt19937 random(20240607);
  for (int round = 0; round < 60; ++round) {
    Liar liar([&](const std::string& question) {
      std::string bytes = head(question, 0x8180, 3) + record(5, raw("\3www\xc0\x0c")) +
                          record(kA, raw("\x7f\0\0\1")) + record(kAaaa, std::string(16, '\1'));
      for (auto changes = random() % 8; changes > 0; --changes)
        bytes[2 + random() % (bytes.size() - 2)] = static_cast<char>(random());
      if (random() % 3 == 0) bytes.resize(random() % bytes.size());
      if (random() % 3 == 0) bytes.append(random() % 64, static_cast<char>(random()));
      return std::vector{bytes};
    });
    auto answer = ask(liar, base::Duration(30));
    CHECK((answer.result == LookupResult::kOk) == !answer.addresses.empty());
    CHECK((answer.result == LookupResult::kOk) == answer.error.empty());
  }
}

}  // namespace weir::net
