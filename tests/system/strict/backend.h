#pragma once

#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "support/fake_origin.h"
#include "system/strict/row.h"

namespace weir::strict {

// What a backend saw while one row was run.
struct Sighting {
  struct Request {
    support::Message message;
    std::size_t connection;  // that it came over
  };
  std::vector<Request> requests;  // whole ones, in order
  std::string bytes;              // all of them
  std::string problem;            // bytes that are no HTTP; empty: none

  // Over how many connections the whole ones came.
  [[nodiscard]] std::size_t connections() const;
};

// The backend of the rows: notes every byte, answers each whole request as the row says, and ends
// as the row says. A request of "/probe" is answered well whatever the row says, and not noted.
class Backend {
 public:
  Backend();

  [[nodiscard]] const std::string& address() const { return origin_.address(); }
  // Answers as `row` says from now on, and begins a new sighting. The row outlives its run.
  void begin(const Row& row);
  // The client has seen a byte of the answer: where the answer is to be cut visibly, the end that
  // the row wants is made behind that.
  void client_saw();
  // Waits until a byte of a request came.
  void wait_byte();
  // Waits until all connections that were made so far have ended.
  void settle();
  [[nodiscard]] Sighting sighting() const;

 private:
  void play(support::Connection& connection);
  // Takes `bytes` up; the whole requests that `pending` then begins with.
  std::vector<support::Message> note(std::size_t connection, const std::string& bytes,
                                     std::string& pending);
  // False where the connection is over.
  bool answer(support::Connection& connection, const support::Message& request);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  const Row* row_ = nullptr;
  Sighting sighting_;
  bool client_saw_ = false;
  support::FakeOrigin origin_;  // last: its threads end first
};

}  // namespace weir::strict
