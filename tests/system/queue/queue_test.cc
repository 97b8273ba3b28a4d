#include <doctest/doctest.h>
#include <signal.h>

#include "support/patience.h"
#include "system/queue/setup.h"

namespace weir::queue {

TEST_CASE(
    "behind a slow backend that takes one at a time all clients of two workers are answered") {
  BackendProcess backend("slow");
  WeirProcess weir(config_to(backend.address(), 1, "{size: 100, timeout: 15s}"));
  Clients clients(weir, 0);
  for (int i = 0; i < 24; ++i) clients.ask(weir, "/delay/20");
  CHECK(clients.well() == 24);
  weir.wait_metric("weir_upstream_queue_length{upstream=\"app\"}", 0);
  CHECK(weir.metric("weir_http_requests_rejected_total") == 0);
  CHECK(weir.metric("weir_upstream_requests_total{upstream=\"app\",code=\"200\"}") == 24);
  CHECK(weir.metric("weir_limit_hits_total{limit=\"max_conns\"}") > 0);
}

// Were one of them not woken, it would be refused after queue.timeout.
TEST_CASE("clients that ask over and over, over two workers, are never forgotten") {
  BackendProcess backend("quick");
  WeirProcess weir(config_to(backend.address(), 2, "{size: 100, timeout: 2s}"));
  Load load(weir.address(), 9);
  support::wait_until("3,000 answers", [&] { return load.well() > 3'000; });
  load.join();
  CHECK(load.problems() == "");
  weir.wait_metric("weir_upstream_queue_length", 0);
  CHECK(weir.metric("weir_limit_hits_total{limit=\"max_conns\"}") > 100);
}

TEST_CASE("over queue.size a client is told to come again, and why is in the log") {
  Gate gate;
  WeirProcess weir(config_to(gate.origin.address(), 1, "{size: 2, timeout: 15s}"));
  Clients clients(weir, 3);
  weir.wait_metric("weir_upstream_queue_length{upstream=\"app\"}", 2);
  gate.origin.wait_requests(1);
  // Whichever worker takes it.
  for (int i = 0; i < 8; ++i) {
    Message refused = RawClient(weir.address()).get("/a");
    CHECK(refused.status() == 503);
    CHECK(refused.fields.value("Retry-After") == "1");
  }
  weir.process().wait_err_line("503: upstream 'app': queue.size (2) requests wait already");
  CHECK(weir.metric("weir_limit_hits_total{limit=\"queue\"}") == 8);
  CHECK(weir.metric("weir_http_requests_rejected_total{reason=\"queue_full\"}") == 8);
  gate.open(3);
  CHECK(clients.well() == 3);
  weir.wait_metric("weir_upstream_queue_length", 0);
}

TEST_CASE("after queue.timeout a client is told to come again, and why is in the log") {
  Gate gate;
  WeirProcess weir(config_to(gate.origin.address(), 1, "{size: 10, timeout: 100ms}"));
  Clients clients(weir, 1);
  gate.origin.wait_requests(1);
  Message late = RawClient(weir.address()).get("/a");
  CHECK(late.status() == 503);
  CHECK(late.fields.value("Retry-After") == "1");
  weir.process().wait_err_line("503: upstream 'app': queue.timeout (100ms) passed while each");
  CHECK(weir.metric("weir_timeouts_total{phase=\"upstream_queue\"}") == 1);
  CHECK(weir.metric("weir_upstream_queue_length") == 0);
  gate.open();
  CHECK(clients.well() == 1);
}

TEST_CASE("a client that leaves while it waits is out of the queue") {
  Gate gate;
  WeirProcess weir(config_to(gate.origin.address(), 1, "{size: 10, timeout: 15s}"));
  Clients clients(weir, 1);
  gate.origin.wait_requests(1);
  Clients leaving(weir, 6);
  weir.wait_metric("weir_upstream_queue_length", 6);
  for (auto& client : leaving.all) client.reset();
  weir.wait_metric("weir_upstream_queue_length", 0);
  Clients staying(weir, 2);
  gate.open(3);
  CHECK(clients.well() == 1);
  CHECK(staying.well() == 2);
  CHECK(gate.origin.requests().size() == 3);
}

TEST_CASE("a reload that allows more lets those who wait go on, on both workers") {
  Gate gate;
  WeirProcess weir(config_to(gate.origin.address(), 1, "{size: 20, timeout: 15s}"));
  Clients clients(weir, 12);
  weir.wait_metric("weir_upstream_queue_length", 11);
  weir.reload(config_to(gate.origin.address(), 20, "{size: 20, timeout: 15s}"));
  gate.origin.wait_requests(12);
  CHECK(weir.metric("weir_upstream_queue_length") == 0);
  gate.open(12);
  CHECK(clients.well() == 12);
}

TEST_CASE("an upstream that a reload takes away still answers those who wait for it") {
  Gate gate;
  WeirProcess weir(config_to(gate.origin.address(), 1, "{size: 20, timeout: 15s}"));
  Clients clients(weir, 8);
  weir.wait_metric("weir_upstream_queue_length", 7);
  weir.reload("listen: \"127.0.0.1:0\"\nworkers: 2\nroutes: [{path: /, respond: {status: 204}}]\n");
  gate.open(8);
  CHECK(clients.well() == 8);
}

TEST_CASE("a graceful stop answers those who wait, on both workers") {
  Gate gate;
  WeirProcess weir(config_to(gate.origin.address(), 1, "{size: 20, timeout: 15s}"));
  Clients clients(weir, 12);
  weir.wait_metric("weir_upstream_queue_length", 11);
  weir.process().signal(SIGQUIT);
  gate.open(12);
  CHECK(clients.well() == 12);
  CHECK(weir.process().wait() == 0);
}

TEST_CASE("a stop at once does not wait for those who wait") {
  Gate gate;
  WeirProcess weir(config_to(gate.origin.address(), 1, "{size: 20, timeout: 15s}"));
  Clients clients(weir, 12);
  weir.wait_metric("weir_upstream_queue_length", 11);
  CHECK(weir.process().stop() == 0);
}

}  // namespace weir::queue
