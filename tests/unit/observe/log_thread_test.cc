#include "observe/log_thread.h"

#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "unit/observe/scratch.h"

namespace weir::observe {
namespace {

void put(LogBuffer& buffer, std::string_view text) {
  std::memcpy(buffer.memory.get() + buffer.used, text.data(), text.size());
  buffer.used += text.size();
}

void give(LogThread& thread, std::size_t file, std::string_view text) {
  auto buffer = thread.take();
  REQUIRE(buffer);
  put(*buffer, text);
  thread.give(file, std::move(buffer));
}

}  // namespace

TEST_CASE("what was handed over is written by the time the thread stopped, each to its file") {
  Scratch scratch;
  ErrorLog errors;
  LogThread thread(8, 4096, errors);
  auto a = thread.open(scratch / "a");
  auto b = thread.open(scratch / "b");
  REQUIRE(a.ok());
  REQUIRE(b.ok());
  thread.start();
  give(thread, a.value(), "1\n");
  give(thread, b.value(), "2\n");
  give(thread, a.value(), "3\n");
  thread.stop();
  thread.stop();
  CHECK(text_of_file(scratch / "a") == "1\n3\n");
  CHECK(text_of_file(scratch / "b") == "2\n");
  CHECK(thread.dropped().get() == 0);
}

TEST_CASE("there are as many buffers as were allowed, and one given back is free again") {
  Scratch scratch;
  ErrorLog errors;
  LogThread thread(2, 1, errors);
  CHECK(thread.capacity() == LogThread::kCapacityMin);
  REQUIRE(thread.open(scratch / "a").ok());
  auto one = thread.take();
  auto two = thread.take();
  REQUIRE(one);
  REQUIRE(two);
  CHECK(one->capacity == LogThread::kCapacityMin);
  CHECK_FALSE(thread.take());
  thread.give(0, std::move(one));
  CHECK(thread.take());
}

TEST_CASE("lines that cannot be written are counted") {
  Pipe told;
  ErrorLog errors(told.in());
  LogThread thread(2, 4096, errors);
  REQUIRE(thread.open("/dev/full").ok());
  thread.start();
  give(thread, 0, "1\n2\n");
  thread.stop();
  CHECK(thread.dropped().get() == 2);
  CHECK(told.read().find("No space left") != std::string::npos);
}

TEST_CASE("a reopen follows what was handed over before it") {
  Scratch scratch;
  ErrorLog errors;
  LogThread thread(4, 4096, errors);
  REQUIRE(thread.open(scratch / "log").ok());
  give(thread, 0, "old\n");
  std::filesystem::rename(scratch / "log", scratch / "log.1");
  thread.reopen();
  thread.start();
  // The new file is there once the thread has come to the reopen; an empty log tells nothing else.
  while (!std::filesystem::exists(scratch / "log")) std::this_thread::yield();
  give(thread, 0, "new\n");
  thread.stop();
  CHECK(text_of_file(scratch / "log.1") == "old\n");
  CHECK(text_of_file(scratch / "log") == "new\n");
}

TEST_CASE("lines of many threads arrive whole, once, and in each one's order") {
  constexpr int kThreads = 4;
  constexpr int kLines = 5000;
  Scratch scratch;
  ErrorLog errors;
  LogThread thread(6, 4096, errors);
  REQUIRE(thread.open(scratch / "log").ok());
  thread.start();
  std::vector<std::thread> writers;
  std::vector<int> dropped(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    writers.emplace_back([&thread, &dropped, t] {
      std::unique_ptr<LogBuffer> buffer;
      for (int i = 0; i < kLines; ++i) {
        std::string line = std::to_string(t) + " " + std::to_string(i) + "\n";
        if (buffer && buffer->capacity - buffer->used < line.size()) {
          thread.give(0, std::exchange(buffer, nullptr));
        }
        if (!buffer) buffer = thread.take();
        if (!buffer) {
          ++dropped[static_cast<std::size_t>(t)];
          continue;
        }
        put(*buffer, line);
      }
      if (buffer) thread.give(0, std::move(buffer));
    });
  }
  for (auto& writer : writers) writer.join();
  thread.stop();
  std::vector<int> last(kThreads, -1);
  std::vector<int> seen(kThreads);
  for (const auto& line : lines_of(text_of_file(scratch / "log"))) {
    auto t = static_cast<std::size_t>(std::stoi(line));
    int i = std::stoi(line.substr(2));
    CHECK(i > last[t]);
    last[t] = i;
    ++seen[t];
  }
  for (std::size_t t = 0; t < kThreads; ++t) CHECK(seen[t] + dropped[t] == kLines);
}

}  // namespace weir::observe
