#include "cache/fill.h"

#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "net/loop.h"
#include "net/mailbox.h"
#include "unit/cache/fill_world.h"

namespace weir::cache {
namespace {

constexpr std::size_t kMaxObject = 60'000;

struct Step final : net::Letter {
  explicit Step(std::function<void()> the_act) : act(std::move(the_act)) {}
  void open() override { act(); }
  std::function<void()> act;
};

// Body bytes that tell the key and where they stand.
std::string text_of(std::string_view key, std::size_t from, std::size_t size) {
  for (char c : key) from += static_cast<unsigned char>(c);
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (from + i) % 23);
  return text;
}

// A client of the storm, which checks what it hears.
struct StormClient final : FillEvents {
  explicit StormClient(std::string the_key) : key(std::move(the_key)), reader(*this) {
    request.arena = &arena;
    request.head.host = key;
    reader.start(request);
  }
  void on_fill_interim(const http::ResponseHead&) override {}
  void on_fill_head(const http::ResponseHead& head, const Terms*) override {
    size = std::stoull(std::string(head.fields.value(http::Name::kEtag)));
  }
  http::Flow on_fill_body(base::Bytes bytes) override {
    if (bytes != text_of(key, got, bytes.size())) wrong = true;
    got += bytes.size();
    paused = stalls > 0 && --stalls % 3 == 0;
    return paused ? http::Flow::kPause : http::Flow::kGo;
  }
  void on_fill_end(const http::Fields*) override {
    if (got != size) wrong = true;
    over = whole = true;
  }
  void on_fill_failed(const http::Failure&) override { over = true; }
  void on_fill_entry(const EntryRef&, unsigned) override { wrong = true; }
  void on_fill_released(Released) override { over = true; }

  std::string key;
  base::Arena arena;
  http::Request request;
  std::uint64_t size = 0;
  std::uint64_t got = 0;
  int stalls = 0;
  bool paused = false;
  bool over = false;
  bool whole = false;
  bool wrong = false;
  FillReader reader;
};

// What the storm's origin makes of one request.
struct Answer {
  std::size_t size = 0;
  std::size_t sent = 0;
  bool begun = false;
  bool over = false;
};

// A worker of the storm: takes one random step after the other, each in a turn of its own, until
// all its clients and all that it was asked are over.
struct StormWorker final : net::DeadlineEvents {
  StormWorker(Zone& the_zone, unsigned seed, int how_many)
      : zone(the_zone), dice(seed), left(how_many), rules(zone.store) {
    route.window = 8'000;
    patience.set(base::after(loop.now(), base::Duration(60'000)));
    post();
  }

  unsigned roll(unsigned sides) { return static_cast<unsigned>(dice() % sides); }
  void post() {
    mailbox.post(std::make_unique<Step>([this] { step(); }));
  }
  void step() {
    if (left > 0 && clients.size() < 12) come();
    for (std::size_t i = 0; i < origin.all.size(); ++i) advance(i);
    for (auto& client : clients) live(*client);
    for (std::size_t i = 0; i < clients.size();) {
      StormClient& client = *clients[i];
      if (client.wrong) ++wrong;
      if (!client.over) {
        ++i;
        continue;
      }
      whole += client.whole ? 1 : 0;
      client.reader.release();
      clients.erase(clients.begin() + static_cast<std::ptrdiff_t>(i));
    }
    done = left == 0 && clients.empty() && coalescer.count() == 0;
    if (!done) post();
  }
  void come() {
    --left;
    // Keys go out of use, since those whose answers are not shared are not coalesced for a while.
    std::string key = std::to_string(left / 20) + "-" + std::to_string(roll(3));
    auto& client = *clients.emplace_back(std::make_unique<StormClient>(std::move(key)));
    client.stalls = roll(3) == 0 ? 9 : 0;
    auto joined = coalescer.join(client.reader, route, {client.request, client.key, {}, 0});
    if (joined == Coalescer::Joined::kStored) {
      EntryRef entry = zone.store.find(client.key, {});
      if (entry && body_of(entry) != text_of(client.key, 0, entry->body_size()))
        client.wrong = true;
      zone.store.purge({Purge::By::kKey, client.key});
    }
    if (joined != Coalescer::Joined::kWaits) client.over = true;
  }
  void live(StormClient& client) {
    if (client.over) return;
    if (roll(40) == 0) {
      client.reader.leave();
      client.over = true;
    } else if (client.paused && roll(3) == 0) {
      client.paused = false;
      client.reader.on_writable();
    }
  }
  void advance(std::size_t i) {
    Origin::Asked& asked = origin.all[i];
    if (answers.size() <= i)
      answers.push_back({roll(4) == 0 ? kMaxObject * 2 : roll(kMaxObject), 0});
    Answer& answer = answers[i];
    if (asked.detached || answer.over || asked.paused || roll(2) == 0) return;
    bool fails = roll(60) == 0;
    if (fails || (answer.begun && answer.sent == answer.size)) {
      answer.over = true;
      if (fails) return asked.responder.fail({502, http::Reason::kUpstreamCut, 0, {}});
      return asked.responder.end(nullptr);
    }
    if (!answer.begun) {
      answer.begun = true;
      std::string tag = std::to_string(answer.size);
      FieldsOf fields{{"ETag", tag}};
      if (roll(8) == 0) fields.fields.add(fields.arena, "Cache-Control", "private");
      return asked.head(200, fields);
    }
    std::size_t size = std::min<std::size_t>(answer.size - answer.sent, 1 + roll(9'000));
    std::string text = text_of(asked.request.head.host, answer.sent, size);
    answer.sent += size;
    asked.body(text);
  }
  void run() {
    while (!done && !late) loop.run_once();
  }
  void on_deadline(net::Deadline&) override { late = true; }

  Zone& zone;
  std::minstd_rand dice;
  int left;
  net::Loop loop;
  net::Mailbox mailbox{loop};
  Origin origin;
  std::deque<Answer> answers;
  PlainRules rules;
  FillRoute route{zone.fills, rules, origin};
  Coalescer coalescer{loop.turns(), loop.wheel(), &mailbox};
  std::vector<std::unique_ptr<StormClient>> clients;
  net::Deadline patience{loop.wheel(), *this};
  int wrong = 0;
  int whole = 0;
  bool done = false;
  bool late = false;
};

}  // namespace

TEST_CASE("a fill is for the requests that select its representation") {
  FillWorld world;
  FieldsOf vary{{"Vary", "Accept-Language"}};
  FieldsOf de{{"Accept-Language", "de"}};
  FieldsOf en{{"Accept-Language", "en"}};
  auto fill = base::make_shared_ref<Fill>("key", std::uint64_t{0}, world.worker);
  CHECK(fill->suits(de));
  CHECK(fill->suits(en));
  http::ResponseHead head;
  head.status = 200;
  head.fields = vary;
  fill->share(head, {}, de);
  CHECK(fill->suits(de));
  CHECK(!fill->suits(en));
  CHECK(!fill->join(world.worker, en));
  fill->end(false);
  CHECK(fill->look(0).state == Fill::State::kCut);
  CHECK(!fill->suits(de));
}

TEST_CASE("a fill gives its blocks on in order, some at a time") {
  FillWorld world;
  auto fill = base::make_shared_ref<Fill>("key", std::uint64_t{0}, world.worker);
  fill->share({}, {}, {});
  for (char c = 'a'; c <= 't'; ++c)
    fill->append(base::make_shared_ref<const Block>(std::string_view(&c, 1)));
  fill->end(true);
  std::string read;
  std::size_t position = 0;
  Fill::Look look;
  do {
    look = fill->look(position);
    position += look.count;
    for (std::size_t i = 0; i < look.count; ++i) read += look.blocks[i]->bytes();
  } while (look.left != 0);
  CHECK(read == "abcdefghijklmnopqrst");
  CHECK(look.state == Fill::State::kWhole);
  CHECK(fill->body().size() == 20);
}

TEST_CASE(
    "two workers' readers come, stall and leave: each gets it whole or sees that it does not") {
  for (unsigned seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    Zone zone({std::size_t{64} << 20U, kMaxObject, 0});
    {
      StormWorker near(zone, seed * 2, 300);
      StormWorker far(zone, seed * 2 + 1, 300);
      std::thread thread([&far] { far.run(); });
      near.run();
      thread.join();
      CHECK(!near.late);
      CHECK(!far.late);
      CHECK(near.wrong + far.wrong == 0);
      CHECK(near.whole + far.whole > 100);
    }
    CHECK(zone.fills.count() == 0);
    CHECK(zone.fills.bytes() == 0);
  }
}

TEST_CASE("500 clients of two workers that ask for one cold key are one request to the origin") {
  Zone zone;
  std::atomic<int> asked{0};
  std::atomic<int> whole{0};
  constexpr int kEach = 250;
  const std::string body(100'000, 'x');
  struct One final : net::DeadlineEvents {
    explicit One(Zone& zone) : rules(zone.store), route{zone.fills, rules, origin} {
      patience.set(base::after(loop.now(), base::Duration(30'000)));
    }
    void on_deadline(net::Deadline&) override { late = true; }
    net::Loop loop;
    net::Mailbox mailbox{loop};
    Origin origin;
    PlainRules rules;
    FillRoute route;
    Coalescer coalescer{loop.turns(), loop.wheel(), &mailbox};
    std::deque<Client> clients;
    net::Deadline patience{loop.wheel(), *this};
    bool answered = false;
    bool late = false;
  };
  auto run = [&](One& one) {
    int counted = 0;
    for (int i = 0; i < kEach; ++i) {
      one.mailbox.post(std::make_unique<Step>([&] {
        Client& client = one.clients.emplace_back(one.coalescer, one.route);
        client.ask("key");
        asked += 1;
      }));
    }
    while (counted < kEach && !one.late) {
      one.mailbox.post(std::make_unique<Step>([&] {
        if (asked != 2 * kEach || one.origin.all.empty() || one.answered) return;
        one.answered = true;
        one.origin.last().answer(200, body);
      }));
      one.loop.run_once();
      counted = 0;
      for (const Client& client : one.clients) {
        if (client.heard == "200 end" && client.body == body) ++counted;
      }
    }
    whole += counted;
  };
  One near(zone);
  One far(zone);
  std::thread thread([&] { run(far); });
  run(near);
  thread.join();
  CHECK(whole == 2 * kEach);
  CHECK(near.origin.all.size() + far.origin.all.size() == 1);
  CHECK(zone.store.counts().stores == 1);
}

}  // namespace weir::cache
