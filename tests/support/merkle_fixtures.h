// Keys, leaves and hostile bytes for tests of logs. The keys are made from fixed
// seeds: throw-away, never used outside tests.
#ifndef SAFEHAVEN_TESTS_SUPPORT_MERKLE_FIXTURES_H_
#define SAFEHAVEN_TESTS_SUPPORT_MERKLE_FIXTURES_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/merkle/ed25519.h"
#include "libs/merkle/note.h"
#include "libs/merkle/tree.h"

namespace safehaven::testing_support {

inline constexpr char kTestOrigin[] = "demo.safehaven.invalid/consent";
inline constexpr char kTestIncarnation[] = "00112233445566778899aabbccddeeff";

// The key whose seed is 32 times `letter`.
inline Ed25519PrivateKey TestKey(char letter) {
  return Ed25519PrivateKey::FromSeed(std::string(32, letter)).value();
}

inline NoteSigner TestSigner(absl::string_view name, char letter) {
  return NoteSigner::Make(name, NoteKeyKind::kEd25519, TestKey(letter)).value();
}

inline NoteSigner TestWitness(absl::string_view name, char letter) {
  return NoteSigner::Make(name, NoteKeyKind::kCosignature, TestKey(letter)).value();
}

inline std::string RandomBytes(std::mt19937_64& prng, size_t count) {
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(prng() & 0xFF);
  return bytes;
}

inline Digest RandomDigest(std::mt19937_64& prng) { return Sha256(RandomBytes(prng, 16)); }

// A tree of `size` random leaf hashes.
inline MerkleTree RandomTree(std::mt19937_64& prng, uint64_t size) {
  MerkleTree tree;
  for (uint64_t i = 0; i < size; ++i) tree.Append(RandomDigest(prng));
  return tree;
}

}  // namespace safehaven::testing_support

#endif  // SAFEHAVEN_TESTS_SUPPORT_MERKLE_FIXTURES_H_
