#include "observe/log_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "unit/observe/scratch.h"

namespace weir::observe {
namespace {

// What a file needs to be written: an error log that can be read, and weir going on or stopping.
struct Writing {
  Pipe told;
  ErrorLog errors{told.in()};
  std::atomic<bool> stopping{false};
};

// The reading end of a FIFO, open before the log is.
int open_reader(const std::string& path) {
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  return open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

std::string read_all(int descriptor) {
  std::string text;
  char piece[4096];
  for (ssize_t got = 0; (got = read(descriptor, piece, sizeof(piece))) > 0;) {
    text.append(piece, static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

TEST_CASE("a file is appended to") {
  Scratch scratch;
  Writing w;
  std::ofstream(scratch / "log") << "before\n";
  auto file = LogFile::open(scratch / "log");
  REQUIRE(file.ok());
  CHECK(file.value()->write("a\nb\n", w.stopping, w.errors) == 0);
  CHECK(file.value()->write("c\n", w.stopping, w.errors) == 0);
  CHECK(text_of_file(scratch / "log") == "before\na\nb\nc\n");
}

TEST_CASE("a path that cannot be opened is told with its cause") {
  auto file = LogFile::open("/nonexistent/log");
  REQUIRE_FALSE(file.ok());
  CHECK(file.error().text == "cannot open the log '/nonexistent/log': No such file or directory");
}

TEST_CASE("a file that is made is its owner's; one that was there stays whose it is") {
  Scratch scratch;
  // Only root can give a file away.
  bool root = geteuid() == 0;
  LogOwner owner{root ? 65534 : geteuid(), root ? 65534 : getegid()};
  std::ofstream(scratch / "there") << "before\n";
  for (const char* name : {"made", "there"}) {
    CAPTURE(name);
    Writing w;
    auto file = LogFile::open(scratch / name, owner);
    REQUIRE(file.ok());
    CHECK(file.value()->write("a\n", w.stopping, w.errors) == 0);
    struct stat about {};
    REQUIRE(stat((scratch / name).c_str(), &about) == 0);
    CHECK(about.st_uid == (name == std::string("made") ? owner.user : geteuid()));
  }
  CHECK(text_of_file(scratch / "there") == "before\na\n");
  // In a directory of the owner's, this is the owner's choice.
  std::filesystem::create_symlink(scratch / "elsewhere", scratch / "link");
  CHECK_FALSE(LogFile::open(scratch / "link", owner).ok());
  CHECK_FALSE(std::filesystem::exists(scratch / "elsewhere"));
}

TEST_CASE("a FIFO without a reader is an error, not a start that hangs") {
  Scratch scratch;
  REQUIRE(mkfifo((scratch / "fifo").c_str(), 0600) == 0);
  CHECK_FALSE(LogFile::open(scratch / "fifo").ok());
}

TEST_CASE("a file that was moved away is left at reopen") {
  Scratch scratch;
  Writing w;
  auto file = LogFile::open(scratch / "log");
  REQUIRE(file.ok());
  file.value()->write("old\n", w.stopping, w.errors);
  std::filesystem::rename(scratch / "log", scratch / "log.1");
  file.value()->write("still old\n", w.stopping, w.errors);
  CHECK(file.value()->reopen().ok());
  file.value()->write("new\n", w.stopping, w.errors);
  CHECK(text_of_file(scratch / "log.1") == "old\nstill old\n");
  CHECK(text_of_file(scratch / "log") == "new\n");
}

TEST_CASE("a file that cannot be reopened is used on") {
  Scratch scratch;
  Writing w;
  std::filesystem::create_directory(scratch / "logs");
  auto file = LogFile::open(scratch / "logs/log");
  REQUIRE(file.ok());
  std::filesystem::rename(scratch / "logs", scratch / "moved");
  auto done = file.value()->reopen();
  REQUIRE_FALSE(done.ok());
  CHECK(done.error().text.ends_with("No such file or directory; the open file is used on"));
  CHECK(file.value()->write("a\n", w.stopping, w.errors) == 0);
  CHECK(text_of_file(scratch / "moved/log") == "a\n");
}

TEST_CASE("lines for a full disk are counted, and told once") {
  Writing w;
  auto file = LogFile::open("/dev/full");
  REQUIRE(file.ok());
  CHECK(file.value()->write("a\nb\nc\n", w.stopping, w.errors) == 3);
  CHECK(file.value()->write("d\n", w.stopping, w.errors) == 1);
  auto told = lines_of(w.told.read());
  REQUIRE(told.size() == 1);
  CHECK(
      told[0].ends_with("[error] cannot write the log '/dev/full': No space left on device; its "
                        "lines are dropped until it takes them again"));
}

TEST_CASE("a reader that is gone costs its lines and nothing else") {
  Scratch scratch;
  Writing w;
  auto before = std::signal(SIGPIPE, SIG_IGN);
  int reader = open_reader(scratch / "fifo");
  auto file = LogFile::open(scratch / "fifo");
  REQUIRE(file.ok());
  CHECK(file.value()->write("a\n", w.stopping, w.errors) == 0);
  CHECK(read_all(reader) == "a\n");
  close(reader);
  CHECK(file.value()->write("b\nc\n", w.stopping, w.errors) == 2);
  CHECK(w.told.read().find("Broken pipe") != std::string::npos);
  std::signal(SIGPIPE, before);
}

TEST_CASE("a reader that sleeps holds up a stop for a second at most, and tears no later line") {
  Scratch scratch;
  Writing w;
  int reader = open_reader(scratch / "fifo");
  auto file = LogFile::open(scratch / "fifo");
  REQUIRE(file.ok());
  std::string lines;
  for (int i = 0; i < 30'000; ++i) lines += "a line\n";
  w.stopping = true;
  auto lost = file.value()->write(lines, w.stopping, w.errors);
  CHECK(lost > 0);
  std::string got = read_all(reader);
  CHECK(lines.starts_with(got));
  CHECK(file.value()->write("next\n", w.stopping, w.errors) == 0);
  std::string rest = read_all(reader);
  CHECK(rest == (got.ends_with('\n') ? "next\n" : "\nnext\n"));
  // What went and what was lost is all there was; a torn line counts as lost.
  CHECK(lines_of(got).size() - (got.ends_with('\n') ? 0 : 1) + lost == 30'000);
  close(reader);
}

}  // namespace weir::observe
