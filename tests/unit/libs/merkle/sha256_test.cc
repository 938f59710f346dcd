// SHA-256: published examples, and contexts that threads keep.
#include "libs/merkle/sha256.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "libs/base/status.h"

namespace safehaven {
namespace {

TEST(Sha256, GivesThePublishedDigests) {
  // FIPS 180-4 examples: the empty text, one block, two blocks.
  EXPECT_EQ(ToHex(Sha256("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(ToHex(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(ToHex(Sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, OfPartsIsThatOfTheWhole) {
  EXPECT_EQ(Sha256Of({"a", "", "bc"}), Sha256("abc"));
  EXPECT_EQ(Sha256Of({}), Sha256(""));
}

TEST(Sha256, IsTheSameInEveryThread) {
  const std::string text(1000, 'x');
  const Digest expected = Sha256(text);
  std::vector<Digest> digests(4);
  std::vector<std::thread> threads;
  for (Digest& digest : digests) {
    threads.emplace_back([&digest, &text] {
      for (int i = 0; i < 100; ++i) digest = Sha256(text);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Digest& digest : digests) EXPECT_EQ(digest, expected);
}

TEST(Digest, TakesExactly32Bytes) {
  const Digest digest = Sha256("abc");
  EXPECT_EQ(DigestFromBytes(ToBytes(digest)).value(), digest);
  for (const size_t size : {0u, 31u, 33u}) {
    EXPECT_EQ(ReasonOf(DigestFromBytes(std::string(size, 'x')).status()), "DIGEST_MALFORMED");
  }
}

TEST(Digest, AListIsTakenOnlyIfEveryElementIsADigest) {
  std::vector<std::string> list = {ToBytes(Sha256("a")), ToBytes(Sha256("b"))};
  EXPECT_EQ(DigestsFromBytes(list).value(), (std::vector<Digest>{Sha256("a"), Sha256("b")}));
  list.push_back("short");
  EXPECT_EQ(ReasonOf(DigestsFromBytes(list).status()), "DIGEST_MALFORMED");
}

}  // namespace
}  // namespace safehaven
