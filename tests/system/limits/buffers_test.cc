#include <doctest/doctest.h>

#include <list>

#include "support/backend_process.h"
#include "system/limits/setup.h"

namespace weir::limits {

TEST_CASE("at limits.buffers stalled clients hold up nobody who reads, and nothing for ever") {
  support::BackendProcess backend;
  WeirProcess weir(
      "listen: \"127.0.0.1:0\"\nlimits: {buffers: 4m, buffer_per_stream: 1m}\n"
      "timeouts: {client_write: 10m}\nupstreams: {app: [\"" +
      backend.address() + "\"]}\n");
  std::list<RawClient> stalled;
  for (int i = 0; i < 20; ++i) {
    stalled.emplace_back(weir.address(), 4096).send(support::get("/bytes/50000000"));
  }
  support::wait_until("the bound", [&] { return weir.metric(hits_of("buffers")) >= 1; });
  // All of them are paused; the others go on, also those that need buffers of their own.
  RawClient reads(weir.address());
  Message answer = reads.get("/bytes/20000000");
  CHECK(answer.complete);
  CHECK(answer.body.size() == 20'000'000);
  CHECK(weir.metric("weir_http_requests_in_flight") == 20);
  // One that reads again gets all of its answer, while the others stay as they are.
  Message late = stalled.front().response();
  CHECK(late.complete);
  CHECK(late.body.size() == 50'000'000);
  stalled.clear();
  weir.wait_metric("weir_http_requests_in_flight", 0);
  CHECK(reads.get("/bytes/1000").status() == 200);
}

}  // namespace weir::limits
