#include "server/early_bytes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "stage.h"

namespace weir::server {

namespace {

std::string repeat(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("so many requests are full, however their bytes come") {
  net::Buffers buffers;
  const std::string request = "GET / HTTP/1.1\r\n\r\n";
  for (std::size_t size = 1; size <= 2 * request.size(); ++size) {
    EarlyBytes early(buffers);
    std::string all = repeat(request, 3);
    for (std::size_t at = 0; at < all.size(); at += size) {
      CHECK(!early.full(3));
      early.add(base::Bytes(all).substr(at, size));
    }
    CHECK(early.full(3));
    CHECK(!early.full(4));
    CHECK(early.waiting() == all);
  }
}

TEST_CASE("what is taken makes room, wherever it ends") {
  net::Buffers buffers;
  const std::string all = "A\r\n\r\n\r\n\r\nB\r\n\r\n\r\n";
  for (std::size_t size = 1; size <= all.size(); ++size) {
    for (std::size_t again = 0; again <= 2; ++again) {
      EarlyBytes early(buffers);
      std::string waits;
      for (std::size_t i = 0; i < 4; ++i) {
        early.add(all);
        waits += all;
        early.take(std::min(size, waits.size()));
        waits.erase(0, std::min(size, waits.size()));
        CHECK(early.waiting() == waits);
      }
      while (!waits.empty()) {
        std::size_t count = std::min(size + again, waits.size());
        early.take(count);
        waits.erase(0, count);
      }
      CHECK(early.waiting().empty());
      CHECK(!early.full(1));
    }
  }
}

TEST_CASE("bytes without an end are full at their bound") {
  net::Buffers buffers;
  EarlyBytes early(buffers);
  early.add(std::string(EarlyBytes::kMost - 1, 'x'));
  CHECK(!early.full(1));
  early.add("x");
  CHECK(early.full(1));
  early.take(1);
  CHECK(!early.full(1));
}

TEST_CASE("limits.pipeline: where so many wait reading pauses, and goes on behind them") {
  const std::string post = "POST /s/ HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789";
  for (std::size_t size : memory::kReadSizes) {
    Stage stage;
    stage.network.set_read_size(size);
    stage.front.options.limits.pipeline = 2;
    auto& client = stage.front.ask(repeat(kGet, 2));
    memory::MemoryStream* near = client.stream()->other();
    CHECK(near->reading());
    stage.front.say(client, repeat(post, 3));
    CHECK(!near->reading());
    CHECK(stage.front.hits(Limit::kPipeline) == 1);
    stage.answer_when_whole("ok");
    stage.respond([&](auto& to) { memory::answer_text(stage.script.request(), to, "first"); });
    CHECK(near->reading());
    CHECK(stage.front.heard(client).size() == 5);
    CHECK(!client.closed());
  }
}

}  // namespace weir::server
