// Every store that the conformance suite and the model test run on.
#ifndef SAFEHAVEN_TESTS_SUPPORT_STORE_FACTORIES_H_
#define SAFEHAVEN_TESTS_SUPPORT_STORE_FACTORIES_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libs/storage/faulty_store.h"
#include "libs/storage/memory_store.h"
#include "libs/storage/metered_store.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "tests/support/environment_fakes.h"
#include "tests/support/temp_dir.h"

namespace safehaven::testing_support {

struct StoreFactory {
  std::string name;
  // Shared, because a decorator is handed out together with what it decorates.
  std::function<std::shared_ptr<Store>()> make;
};

inline std::shared_ptr<Store> MakeRocksDb() {
  struct Parts {
    TempDir directory;
    std::unique_ptr<Store> store;
  };
  auto parts = std::make_shared<Parts>();
  RocksDbOptions options;
  options.path = parts->directory.File("store");
  parts->store = RocksDbStore::Open(options).value();
  return {parts, parts->store.get()};
}

inline std::shared_ptr<Store> MakeMetered() {
  struct Parts {
    MemoryStore inner;
    FakeClock clock;
    CountingMeter meter;
    MeteredStore store{inner, clock, meter};
  };
  auto parts = std::make_shared<Parts>();
  return {parts, &parts->store};
}

inline std::shared_ptr<Store> MakeFaultless() {
  struct Parts {
    MemoryStore inner;
    FaultyStore store{FaultOptions{}, inner};
  };
  auto parts = std::make_shared<Parts>();
  return {parts, &parts->store};
}

inline std::vector<StoreFactory> AllStores() {
  return {{"Memory", [] { return std::make_shared<MemoryStore>(); }},
          {"RocksDb", MakeRocksDb},
          {"Metered", MakeMetered},
          {"FaultyWithoutFaults", MakeFaultless}};
}

}  // namespace safehaven::testing_support

#endif  // SAFEHAVEN_TESTS_SUPPORT_STORE_FACTORIES_H_
