// safehaven.log.v1.LogService for any service that has a transparency log. consent and
// costing share it; each gives it functions over its own log, because this library knows
// no log and no store.
#ifndef SAFEHAVEN_LIBS_SERVER_LOG_SERVICE_H_
#define SAFEHAVEN_LIBS_SERVER_LOG_SERVICE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/server/call.h"
#include "libs/server/method_registry.h"
#include "safehaven/type/v1/evidence.pb.h"

namespace safehaven {

// One leaf, as an auditor reads it.
struct LogLeaf {
  uint8_t kind = 0;
  std::string commitment;  // 32 bytes
  std::string salt;        // "" once erased
  std::string body;        // "" once erased
};

// All thread-safe and all required. They may block until the deadline.
struct LogServiceHooks {
  // The newest signed checkpoint note.
  std::function<absl::StatusOr<std::string>(absl::Time deadline)> checkpoint;
  // Leaves in the log now.
  std::function<absl::StatusOr<uint64_t>(absl::Time deadline)> size;
  // The consistency proof between two sizes, 1 <= first <= second <= size().
  std::function<absl::StatusOr<std::vector<std::string>>(uint64_t first_size, uint64_t second_size,
                                                         absl::Time deadline)>
      prove_consistency;
  // OK if the evidence is of somebody who may read bodies. Called before anything is read.
  std::function<absl::Status(const Call& call, const type::v1::Evidence& evidence)> authorise_reader;
  // Leaves [begin, end), begin <= end <= size().
  std::function<absl::StatusOr<std::vector<LogLeaf>>(uint64_t begin, uint64_t end,
                                                     absl::Time deadline)>
      read;
  // Keeps a cosigned checkpoint, if a known witness signed it.
  std::function<absl::Status(const std::string& note)> add_cosigned;
  // Those that are kept.
  std::function<std::vector<std::string>()> cosigned;
};

inline constexpr uint32_t kLogEntriesDefault = 256;
inline constexpr uint32_t kLogEntriesMax = 1024;

// Registers the service's methods.
void RegisterLogService(MethodRegistry& registry, LogServiceHooks hooks);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_LOG_SERVICE_H_
