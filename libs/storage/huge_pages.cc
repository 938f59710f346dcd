#include "libs/storage/huge_pages.h"

#include <sys/mman.h>

namespace safehaven {
namespace {

constexpr size_t kHugePageBytes = 2 * 1024 * 1024;

// Rounded up, so that the last page is a huge one too.
size_t MappedBytes(size_t count) {
  return (count * sizeof(uint64_t) + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes;
}

void Unmap(uint64_t* words, size_t count) {
  if (words != nullptr) munmap(words, MappedBytes(count));
}

}  // namespace

ZeroedWords MakeZeroedWordsInHugePages(size_t count) {
  const size_t byte_count = MappedBytes(count);
  // A huge page begins at a multiple of its size; the kernel promises only small ones,
  // so one more is mapped and what is beside the aligned part given back.
  void* const mapped = mmap(nullptr, byte_count + kHugePageBytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) return MakeZeroedWords(count);
  char* const begin = static_cast<char*>(mapped);
  const size_t before =
      (kHugePageBytes - reinterpret_cast<uintptr_t>(begin) % kHugePageBytes) % kHugePageBytes;
  if (before > 0) munmap(begin, before);
  const size_t after = kHugePageBytes - before;
  if (after > 0) munmap(begin + before + byte_count, after);
  // A wish: without huge pages the table is slower and as right.
  (void)madvise(begin + before, byte_count, MADV_HUGEPAGE);
  return {reinterpret_cast<uint64_t*>(begin + before), {.free = Unmap, .count = count}};
}

}  // namespace safehaven
