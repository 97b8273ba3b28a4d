#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/free_list.h"
#include "base/retire.h"
#include "net/buffers.h"
#include "net/turn.h"

namespace weir::proxy {

class KeptBodies;

// Memory for the body of a request, used again and again. One thread.
class KeptBytes final : public base::Retirable {
 public:
  explicit KeptBytes(KeptBodies& home);

  // Gives the memory back to its home.
  void dispose() override;

 private:
  friend class KeptBodies;
  friend class KeptBody;

  KeptBodies& home_;
  std::vector<char> bytes_;
  net::Held held_;
};

// Where that memory comes from. One per handler; outlives its bodies. One thread.
class KeptBodies {
 public:
  // `bound`: bytes of a body that are kept for a retry (YAML: retry.replay_body).
  KeptBodies(std::size_t bound, net::Turns& turns) : bound_(bound), turns_(turns), free_(kKeep) {}

  [[nodiscard]] std::size_t bound() const { return bound_; }
  // Lets go of memory that lies about for reuse.
  void ease() { free_.clear(); }

 private:
  friend class KeptBytes;
  friend class KeptBody;
  // Pieces kept for reuse, and the largest that one may be.
  static constexpr std::size_t kKeep = 8;
  static constexpr std::size_t kKeepBytes = 256 * 1024;
  // Smaller bodies are not counted among net::Buffers, which all workers share.
  static constexpr std::size_t kCountedFrom = 4096;

  // A copy of so many bytes may be kept.
  [[nodiscard]] bool has_room(std::size_t bytes) const {
    return bytes < kCountedFrom || !turns_.buffers().full();
  }
  std::unique_ptr<KeptBytes> take();
  void retire(std::unique_ptr<KeptBytes> bytes);

  std::size_t bound_;
  net::Turns& turns_;
  base::FreeList<KeptBytes> free_;
};

// What is kept of one request's body, because it has to be sent or may have to be sent again. Holds
// memory only while there is something in it. One thread.
class KeptBody {
 public:
  explicit KeptBody(KeptBodies& home) : home_(home) {}

  // For a new request: nothing came, nothing is kept, nothing is missing.
  void start() {
    whole_ = true;
    over_ = false;
  }
  // Keeps bytes that could not be sent yet, whatever the bound.
  void keep(base::Bytes bytes);
  // Keeps a copy of bytes that are sent, while all before them is here and the whole stays within
  // `bound` (itself within the home's), and is small where net::Buffers are full; else lets go of
  // everything, for good. What is here does not
  // move in memory, so views of it may be under way to a stream.
  void keep_copy(base::Bytes bytes, std::size_t bound);
  // What was kept has been sent: what is over the bound is let go of.
  void sent();
  // It is not needed any more. Streams may read it until the turn ends.
  void let_go();

  [[nodiscard]] base::Bytes bytes() const;
  // All that came is here, and within the bound.
  [[nodiscard]] bool replayable() const { return whole_ && size() <= home_.bound(); }
  // It is not replayable because more came than the home's bound.
  [[nodiscard]] bool over() const { return over_ || size() > home_.bound(); }

 private:
  [[nodiscard]] std::size_t size() const { return bytes().size(); }

  KeptBodies& home_;
  std::unique_ptr<KeptBytes> kept_;
  bool whole_ = true;
  bool over_ = false;  // as over(), also behind let_go()
};

}  // namespace weir::proxy
