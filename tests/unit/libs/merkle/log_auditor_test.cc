// Auditing: each way to alter a log is found, and located where it can be.
#include "libs/merkle/log_auditor.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/merkle_fixtures.h"

namespace safehaven {
namespace {

struct Leaf {
  std::string salt;
  std::string body;
  Digest commitment;
};

std::vector<Leaf> TenLeaves() {
  std::vector<Leaf> leaves;
  for (int i = 0; i < 10; ++i) {
    Leaf leaf{.salt = std::string(kSaltBytes, static_cast<char>('a' + i)),
              .body = "body " + std::to_string(i),
              .commitment = {}};
    leaf.commitment = Commitment({.kind = 1, .salt = leaf.salt, .body = leaf.body});
    leaves.push_back(leaf);
  }
  return leaves;
}

Checkpoint SignedFor(const std::vector<Leaf>& leaves) {
  RootBuilder tree;
  for (const Leaf& leaf : leaves) tree.Append(LeafHash(AsBytes(leaf.commitment)));
  return {.origin = testing_support::kTestOrigin,
          .size = tree.size(),
          .root = tree.Root(),
          .incarnation = testing_support::kTestIncarnation,
          .extensions = {}};
}

LogAudit Audit(const std::vector<Leaf>& leaves, const Checkpoint& checkpoint) {
  LogAuditor auditor;
  for (size_t i = 0; i < leaves.size(); ++i) {
    auditor.Add(i, leaves[i].commitment,
                LeafContent{.kind = 1, .salt = leaves[i].salt, .body = leaves[i].body});
  }
  return auditor.Finish(checkpoint);
}

TEST(LogAuditor, FindsNothingInAnUnalteredLog) {
  const LogAudit audit = Audit(TenLeaves(), SignedFor(TenLeaves()));
  EXPECT_EQ(audit.size, 10u);
  EXPECT_FALSE(audit.first_fault.has_value());
}

TEST(LogAuditor, LocatesAnAlteredBody) {
  std::vector<Leaf> leaves = TenLeaves();
  leaves[6].body[0] = 'B';
  EXPECT_EQ(Audit(leaves, SignedFor(TenLeaves())).first_fault, (LogFault{6, "BODY_ALTERED"}));
}

TEST(LogAuditor, LocatesAnAlteredCommitment) {
  std::vector<Leaf> leaves = TenLeaves();
  leaves[3].commitment[31] ^= 1;
  EXPECT_EQ(Audit(leaves, SignedFor(TenLeaves())).first_fault, (LogFault{3, "BODY_ALTERED"}));
}

TEST(LogAuditor, FindsABodyAndCommitmentAlteredTogetherByTheRoot) {
  std::vector<Leaf> leaves = TenLeaves();
  leaves[3].body = "forged";
  leaves[3].commitment = Commitment({.kind = 1, .salt = leaves[3].salt, .body = leaves[3].body});
  EXPECT_EQ(Audit(leaves, SignedFor(TenLeaves())).first_fault, (LogFault{10, "ROOT_MISMATCH"}));
}

TEST(LogAuditor, FindsLeavesCutOffAndLeavesAdded) {
  std::vector<Leaf> leaves = TenLeaves();
  leaves.pop_back();
  EXPECT_EQ(Audit(leaves, SignedFor(TenLeaves())).first_fault, (LogFault{9, "LEAF_MISSING"}));
  EXPECT_EQ(Audit(TenLeaves(), SignedFor(leaves)).first_fault, (LogFault{9, "LEAF_EXTRA"}));
}

TEST(LogAuditor, FindsAGap) {
  LogAuditor auditor;
  const std::vector<Leaf> leaves = TenLeaves();
  for (const size_t i : {0u, 1u, 3u}) {
    auditor.Add(i, leaves[i].commitment,
                LeafContent{.kind = 1, .salt = leaves[i].salt, .body = leaves[i].body});
  }
  EXPECT_EQ(auditor.Finish(SignedFor(leaves)).first_fault, (LogFault{2, "LEAF_MISSING"}));
}

TEST(LogAuditor, FindsABodyThatIsGoneWithoutAnErasure) {
  const std::vector<Leaf> leaves = TenLeaves();
  LogAuditor auditor;
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (i == 4) {
      auditor.Add(i, leaves[i].commitment, std::nullopt);
    } else {
      auditor.AddErased(i, leaves[i].commitment);
    }
  }
  EXPECT_EQ(auditor.Finish(SignedFor(leaves)).first_fault, (LogFault{4, "BODY_MISSING"}));
}

TEST(LogAuditor, CountsErasedBodiesAndStillProvesTheTree) {
  const std::vector<Leaf> leaves = TenLeaves();
  LogAuditor auditor;
  for (size_t i = 0; i < leaves.size(); ++i) auditor.AddErased(i, leaves[i].commitment);
  const LogAudit audit = auditor.Finish(SignedFor(leaves));
  EXPECT_EQ(audit.erased_count, 10u);
  EXPECT_FALSE(audit.first_fault.has_value());
}

}  // namespace
}  // namespace safehaven
