// Threads that core code was given: core starts none of its own. Work is cut into
// pieces that do not depend on the number of threads, so that the result does not.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_WORKERS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_WORKERS_H_

#include <atomic>
#include <cstddef>
#include <functional>

namespace safehaven::linkage {

// `run(body)` calls body(0) to body(count - 1), perhaps at once on `count` threads,
// and returns when all have. The default is this thread alone.
struct Workers {
  size_t count = 1;
  std::function<void(const std::function<void(size_t)>&)> run = [](const std::function<void(size_t)>& body) {
    body(0);
  };
};

// Calls `body(piece, lane)` for every piece 0 .. pieces - 1, each once, in any order;
// a lane (below workers.count) is never in two calls at a time.
template <typename Body>
void ForPieces(const Workers& workers, size_t pieces, Body body) {
  std::atomic<size_t> next = 0;
  workers.run([&](size_t lane) {
    for (size_t piece = next.fetch_add(1); piece < pieces; piece = next.fetch_add(1)) body(piece, lane);
  });
}

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_WORKERS_H_
