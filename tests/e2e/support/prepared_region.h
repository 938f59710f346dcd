// The region that the tests of one program share: made once, on first use, by the real
// programs; and kept as state folders from which a test starts services of its own.
// Single-threaded.
#ifndef SAFEHAVEN_TESTS_E2E_SUPPORT_PREPARED_REGION_H_
#define SAFEHAVEN_TESTS_E2E_SUPPORT_PREPARED_REGION_H_

#include <memory>
#include <string>

#include "tests/e2e/support/region_ground.h"
#include "tests/e2e/support/running_region.h"

namespace safehaven::testing_support {

class PreparedRegion {
 public:
  // The test ends here if it cannot be made.
  static PreparedRegion& Get();

  const RegionGround& ground() const { return *ground_; }
  // Folders consent, linkage, costing: loaded, linked and costed.
  std::string states() const { return ground_->File("states"); }
  // Services over these states that all tests use; whoever kills, restores or misleads
  // one starts a region of its own.
  RunningRegion& shared() { return *shared_; }
  // The same, but a test's own.
  std::unique_ptr<RunningRegion> StartOwn() const;

 private:
  PreparedRegion();

  std::unique_ptr<RegionGround> ground_;
  std::unique_ptr<RunningRegion> shared_;
};

}  // namespace safehaven::testing_support

#endif  // SAFEHAVEN_TESTS_E2E_SUPPORT_PREPARED_REGION_H_
