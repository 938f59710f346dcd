// What a signature over a request covers.
#include "libs/transport/act_digest.h"

#include <gtest/gtest.h>

#include "libs/merkle/sha256.h"
#include "safehaven/consent/v1/consent_service.pb.h"

namespace safehaven {
namespace {

consent::v1::ImpactOfRequest Impact() {
  consent::v1::ImpactOfRequest request;
  request.mutable_objections()->set_set("national");
  request.mutable_objections()->set_after_size(12);
  return request;
}

TEST(ActDigest, IsOfOneLineAFieldWithItsLength) {
  EXPECT_EQ(ActText(Impact()),
            "safehaven-act/1\nsafehaven.consent.v1.ImpactOfRequest\n"
            "objections 0\n\nobjections.set 8\nnational\nobjections.after_size 2\n12\n");
  EXPECT_EQ(ActDigest(Impact()), ToBytes(Sha256(ActText(Impact()))));
}

TEST(ActDigest, KeepsListsInOrderAndSaysWhichElementAFieldIsOf) {
  consent::v1::PlanRegisterRequest request;
  for (const char* name : {"b", "a"}) request.add_files()->set_name(name);
  EXPECT_EQ(ActText(request),
            "safehaven-act/1\nsafehaven.consent.v1.PlanRegisterRequest\n"
            "files 0\n\nfiles.name 1\nb\nfiles 0\n\nfiles.name 1\na\n");
}

TEST(ActDigest, LeavesOutTheEvidenceThatIsMadeOfIt) {
  consent::v1::ImpactOfRequest request = Impact();
  request.mutable_evidence()->set_token("token");
  EXPECT_EQ(ActDigest(request), ActDigest(Impact()));
}

TEST(ActDigest, ChangesWithEveryFieldAndWithTheMethod) {
  consent::v1::ImpactOfRequest request = Impact();
  request.mutable_objections()->set_load("l");
  EXPECT_NE(ActDigest(request), ActDigest(Impact()));
  EXPECT_NE(ActDigest(consent::v1::ListDueRequest()), ActDigest(consent::v1::ListDriftRequest()));
  // A text that looks like the lines of another field is still one text.
  request = Impact();
  request.mutable_objections()->set_set("national\nobjections.load 1\nl");
  consent::v1::ImpactOfRequest other = Impact();
  other.mutable_objections()->set_load("l");
  EXPECT_NE(ActText(request), ActText(other));
}

TEST(ActDigest, TellsAPresentMessageFromAnAbsentOne) {
  consent::v1::ImpactOfRequest empty;
  empty.mutable_approval();
  EXPECT_NE(ActDigest(empty), ActDigest(consent::v1::ImpactOfRequest()));
}

}  // namespace
}  // namespace safehaven
