// Goal: an inquiry's numbers become persons of the crosswalk that is asked for.
#include <gtest/gtest.h>

#include "absl/strings/numbers.h"
#include "libs/base/status.h"
#include "libs/storage/memory_store.h"
#include "tests/support/linkage_world.h"

namespace safehaven::linkage {
namespace {

using testing_support::FakeClock;
using testing_support::FakeRandomness;

class InquiryHandlersTest : public testing::Test {
 protected:
  InquiryHandlersTest() {
    EXPECT_TRUE(service_.Follow().ok());
    EXPECT_TRUE(service_.runner.Start().ok());
    std::vector<v1::IdentityRow> registered;
    for (uint32_t person = 0; person < 20; ++person) registered.push_back(RegisterRow(1000 + person, person));
    Load(service_, "gp", registered, 'a');
    EXPECT_EQ(LinkAll(service_, 1).error_reason(), "");
    persons_ = PersonsByToken(service_);
    service_.world.read_inquiry = [this](const std::string& inquiry) -> absl::StatusOr<consent::v1::ReadInquiryResponse> {
      if (inquiry != "q") return NotFound("INQUIRY_UNKNOWN", "there is no inquiry of that id");
      return inquiry_;
    };
  }

  void Inquire(uint32_t person, int effective_day, uint64_t size) {
    uint64_t number = 0;
    ASSERT_TRUE(absl::SimpleAtoi(TestNumber(person).ToDigits(), &number));
    inquiry_.add_nhs_numbers(number);
    inquiry_.add_effective_days(effective_day);
    inquiry_.add_sizes(size);
  }
  absl::StatusOr<v1::ResolveInquiryResponse> Resolve(const std::string& inquiry, uint64_t revision) {
    v1::ResolveInquiryRequest request;
    request.set_inquiry(inquiry);
    request.set_authority(service_.publications.Newest().at(0).authority);
    request.set_crosswalk_revision(revision);
    return service_.handlers.inquiries.ResolveInquiry(service_.CallFrom("costing"), request);
  }

  MemoryStore store_;
  FakeClock clock_;
  FakeRandomness randomness_{1};
  FakeConsent consent_{clock_, '1'};
  LinkageService service_{store_, consent_, clock_, randomness_};
  std::map<uint64_t, PersonNumber> persons_;
  consent::v1::ReadInquiryResponse inquiry_;
};

TEST_F(InquiryHandlersTest, EachNumberBecomesItsPersonWithItsDatesAndOneThatIsNobodysIsLeftOut) {
  Inquire(3, 100, 7);
  Inquire(19'000, 100, 7);
  Inquire(4, 200, 8);
  inquiry_.set_set("national");
  const auto response = Resolve("q", 1);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->set(), "national");
  ASSERT_EQ(response->people_size(), 2);
  EXPECT_EQ(response->people(0).persons(0), persons_.at(1003));
  EXPECT_EQ(response->people(0).effective_day(), 100);
  EXPECT_EQ(response->people(1).persons(0), persons_.at(1004));
  EXPECT_EQ(response->people(1).size(), 8u);
}

TEST_F(InquiryHandlersTest, APersonWhoWasMergedSinceIsFoundUnderTheNumberOfThen) {
  // Person 30's record is another's until a later record shows that both are one.
  v1::IdentityRow alias = RegisterRow(1030, 30);
  Load(service_, "gp", {alias}, 'b');
  ASSERT_EQ(LinkAll(service_, 2).error_reason(), "");
  const uint64_t then = PersonsByToken(service_).at(1030);
  alias.set_nhs_number(TestNumber(3).ToDigits());
  v1::IdentityRow same = RegisterRow(1003, 3);
  alias.set_given_name(same.given_name());
  alias.set_family_name(same.family_name());
  alias.set_birth_date(same.birth_date());
  alias.set_postcode(same.postcode());
  alias.set_sex(same.sex());
  Load(service_, "gp", {alias}, 'c');
  ASSERT_EQ(LinkAll(service_, 3).error_reason(), "");
  ASSERT_EQ(PersonsByToken(service_).at(1030), persons_.at(1003)) << "one person now";
  Inquire(3, 100, 7);
  const auto response = Resolve("q", 2);
  ASSERT_TRUE(response.ok()) << response.status();
  const auto& found = response->people(0).persons();
  EXPECT_NE(std::find(found.begin(), found.end(), then), found.end());
  EXPECT_NE(std::find(found.begin(), found.end(), persons_.at(1003)), found.end());
}

TEST_F(InquiryHandlersTest, APersonWhoseRecordWentToAnotherLastingPersonIsFoundUnderTheNumberOfThen) {
  Load(service_, "acute", {RegisterRow(1040, 3), RegisterRow(1041, 8)}, 'b');
  ASSERT_EQ(LinkAll(service_, 2).error_reason(), "");
  ASSERT_EQ(PersonsByToken(service_).at(1040), persons_.at(1003));
  Load(service_, "acute", {RegisterRow(1040, 8)}, 'c');
  ASSERT_EQ(LinkAll(service_, 3).error_reason(), "");
  ASSERT_EQ(PersonsByToken(service_).at(1040), persons_.at(1008)) << "it went, and both go on";
  Inquire(8, 100, 7);
  const auto response = Resolve("q", 2);
  ASSERT_TRUE(response.ok()) << response.status();
  const auto& found = response->people(0).persons();
  EXPECT_NE(std::find(found.begin(), found.end(), persons_.at(1003)), found.end());
}

TEST_F(InquiryHandlersTest, AnUnknownInquiryOrRevisionIsSaid) {
  Inquire(3, 100, 7);
  EXPECT_EQ(ReasonOf(Resolve("other", 1).status()), "INQUIRY_UNKNOWN");
  EXPECT_EQ(ReasonOf(Resolve("q", 2).status()), "CROSSWALK_NOT_PUBLISHED");
  inquiry_.add_nhs_numbers(1);
  EXPECT_EQ(ReasonOf(Resolve("q", 1).status()), "INQUIRY_MALFORMED");
}

}  // namespace
}  // namespace safehaven::linkage
